import { describe, expect, it } from 'vitest';
import type { Entry } from '../../contract/entry.ts';
import { ViewSet } from '../../contract/view.ts';
import { workedUntil, workingTime } from './working-time.ts';

const claimed = (at: number): Entry => ({ meta: { kind: 'run.claimed', epoch: 1, worker: 'w', at } });
const waiting = (at: number): Entry => ({ meta: { kind: 'run.waiting', for: [], at } });
const fact = (at: number): Entry => ({ meta: { kind: 'timer.fired', key: 'a', at } });
const worked = (entries: Entry[], now: number) => workedUntil(new ViewSet(entries).of(workingTime), now);

describe('workingTime', () => {
  it('is nothing before the first claim', () => {
    expect(worked([fact(5)], 100)).toBe(0);
  });

  it('runs from the claim on', () => {
    expect(worked([claimed(10), fact(20)], 100)).toBe(90);
  });

  it('pauses while the run waits', () => {
    expect(worked([claimed(10), waiting(30)], 10_000)).toBe(20);
    expect(worked([claimed(10), waiting(30), claimed(5_000)], 5_007)).toBe(27);
  });

  it('counts up to the last entry of a worker that died', () => {
    expect(worked([claimed(10), fact(60), claimed(900)], 910)).toBe(60);
  });

  it('never goes backwards with a clock that does', () => {
    expect(worked([claimed(100), waiting(50), claimed(40)], 30)).toBe(0);
  });
});
