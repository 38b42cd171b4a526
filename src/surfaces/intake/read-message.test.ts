import { describe, expect, it } from 'vitest';
import { readMessage } from './read-message.ts';

const BODY = Buffer.from('{"agent":"support","input":"Hi"}');
const read = (correlationId: string) =>
  readMessage({ id: 'm-1', body: BODY, replyTo: undefined, correlationId }, { replyTo: [] });

describe('the correlation id of a message', () => {
  it('may be whatever its sender likes', () => {
    expect(read('käll 7\n')).toMatchObject({ id: 'm-1', submission: { agent: 'support' } });
  });

  it('is refused at once where the database could not keep it', () => {
    expect(() => read('call\u00007')).toThrow(
      expect.objectContaining({ code: 'invalid_correlation_id', status: 422 }),
    );
  });
});
