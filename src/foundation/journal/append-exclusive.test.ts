import { randomBytes } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dataKeyFrom } from '../vault/index.ts';
import { appendExclusive } from './append-exclusive.ts';
import { decodeFrame, type Stream, verifyChain } from './frame.ts';
import { fact } from './testing/entries.ts';
import { openTestJournal, type TestJournal } from './testing/open-test-journal.ts';

let journal: TestJournal;
beforeAll(async () => {
  journal = await openTestJournal();
});
afterAll(() => journal?.drop());

const tenantStream = (): Stream => ({
  class: 'permanent',
  id: uuidv7(),
  tenant: 'acme',
  key: dataKeyFrom(randomBytes(32)),
});

async function append(stream: Stream, key: string, end: 'COMMIT' | 'ROLLBACK' = 'COMMIT'): Promise<void> {
  const client = await journal.pool.connect();
  await client.query('BEGIN');
  await appendExclusive(client, stream, [fact(key)], 1_750_000_000_000);
  await client.query(end);
  client.release();
}

it('makes one chain out of what many append at the same time', async () => {
  const stream = tenantStream();
  const keys = Array.from({ length: 8 }, (_, index) => `memo:${index}#1`);
  await Promise.all(keys.map((key) => append(stream, key)));
  const frames = await journal.frames(stream);
  verifyChain(frames);
  const written = frames
    .flatMap((frame) => decodeFrame(frame, stream.key))
    .map(({ meta }) => 'key' in meta && meta.key);
  expect(written.sort()).toEqual(keys);
});

it('leaves no gap where a transaction was rolled back', async () => {
  const stream = tenantStream();
  await append(stream, 'a');
  await append(stream, 'b', 'ROLLBACK');
  await append(stream, 'c');
  const frames = await journal.frames(stream);
  expect(frames.map(({ frame }) => frame)).toEqual([0, 1]);
  verifyChain(frames);
});
