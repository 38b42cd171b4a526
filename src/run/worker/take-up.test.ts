import { describe, expect, it } from 'vitest';
import { type TakeUpParts, takeUp } from './take-up.ts';

describe('taking up a run', () => {
  it('touches nothing when the worker has claimed the run again meanwhile', async () => {
    const touched: string[] = [];
    const parts = new Proxy({}, { get: (_, name) => touched.push(String(name)) }) as TakeUpParts;
    await takeUp(
      parts,
      {} as never,
      [],
      'a worker',
      () => false,
      () => touched.push('started'),
    );
    expect(touched).toEqual([]);
  });
});
