import { beforeEach, describe, expect, it } from 'vitest';
import { ManualClock, settled } from '../../../test/fakes/manual-clock.ts';
import { GENESIS } from './frame.ts';
import type { Settlement } from './settlement.ts';
import { StreamWriter } from './stream-writer.ts';
import { fact } from './testing/entries.ts';
import { newStream } from './testing/open-test-journal.ts';

const clock = new ManualClock();
const lost = new Error('the run is lost');
const ended: Settlement = {
  status: 'succeeded',
  seen: 0,
  sums: { inputTokens: 0, outputTokens: 0, usd: 0, modelCalls: 0, toolCalls: 0 },
};

let offers: number;
let losses: Error[];
let writer: StreamWriter;
beforeEach(() => {
  offers = 0;
  losses = [];
  writer = new StreamWriter(
    { stream: newStream(), epoch: 1, next: 5, head: GENESIS, onLost: (error) => losses.push(error) },
    clock,
    () => {
      offers += 1;
    },
  );
});

const keys = (frame: { entries: { meta: object }[] }) =>
  frame.entries.map(({ meta }) => ('key' in meta ? meta.key : ''));

/** Whether a promise has settled, and how. */
async function stateOf(promise: Promise<unknown>): Promise<string> {
  let state = 'pending';
  promise.then(
    () => {
      state = 'resolved';
    },
    (error: Error) => {
      state = error.message;
    },
  );
  await settled();
  return state;
}

describe('the end of a stream', () => {
  it('stamps an entry with the time and hands it back as it will be read', () => {
    expect(writer.append(fact('memo:a#1'))).toEqual({
      meta: { ...fact('memo:a#1').meta, at: clock.now() },
      body: fact('memo:a#1').body,
    });
  });

  it('collects what comes while a frame is in flight into the next one: at most one frame of a run is on its way', () => {
    writer.append(fact('a'));
    const first = writer.take();
    offers = 0;
    writer.append(fact('b'));
    writer.append(fact('c'));
    expect(offers, 'nothing more is offered meanwhile').toBe(0);
    writer.written(first, Buffer.alloc(32, 1), undefined);
    expect(offers).toBe(1);
    expect(writer.position).toEqual({ frame: 6, previous: Buffer.alloc(32, 1), epoch: 1 });
    expect([keys(first), keys(writer.take())]).toEqual([['a'], ['b', 'c']]);
  });

  it('is durable at once when nothing is on its way', async () => {
    expect(await stateOf(writer.durable())).toBe('resolved');
  });

  it('is durable when the frame with the last entry is, not when one before it is', async () => {
    writer.append(fact('a'));
    const early = writer.durable();
    const first = writer.take();
    writer.append(fact('b'));
    const late = writer.durable();
    writer.written(first, GENESIS, undefined);
    expect([await stateOf(early), await stateOf(late)]).toEqual(['resolved', 'pending']);
    writer.written(writer.take(), GENESIS, undefined);
    expect(await stateOf(late)).toBe('resolved');
  });

  it('is durable for who asks while the last frame is in flight only when that has arrived', async () => {
    writer.append(fact('a'));
    const frame = writer.take();
    const asked = writer.durable();
    expect(await stateOf(asked)).toBe('pending');
    writer.written(frame, GENESIS, undefined);
    expect(await stateOf(asked)).toBe('resolved');
  });

  it('settles with the entries before it, and tells the new status', async () => {
    writer.append(fact('a'));
    const status = writer.settle(ended);
    const frame = writer.take();
    expect(frame).toMatchObject({ settlement: ended, entries: [{ meta: { key: 'a' } }] });
    writer.written(frame, GENESIS, 'succeeded');
    expect(await status).toBe('succeeded');
  });

  it('settles also when nothing is left to write but a frame is still in flight', async () => {
    writer.append(fact('a'));
    const first = writer.take();
    const status = writer.settle(ended);
    offers = 0;
    writer.written(first, GENESIS, undefined);
    expect(offers).toBe(1);
    writer.written(writer.take(), GENESIS, 'succeeded');
    expect(await status).toBe('succeeded');
  });
});

describe('a stream that another owner has taken', () => {
  it('rejects whoever waits, for the frame in flight and for the next, and says so once', async () => {
    writer.append(fact('a'));
    const inFlight = writer.durable();
    const frame = writer.take();
    writer.append(fact('b'));
    const waiting = writer.durable();
    const settling = writer.settle(ended);
    writer.conflicted(frame, lost);
    writer.lose(lost);
    expect(await Promise.all([inFlight, waiting, settling].map(stateOf))).toEqual(
      Array(3).fill(lost.message),
    );
    expect(losses).toEqual([lost]);
  });

  it('offers nothing any more: no later frame follows the one that was refused', async () => {
    writer.append(fact('a'));
    writer.conflicted(writer.take(), lost);
    offers = 0;
    writer.append(fact('b'));
    expect(offers).toBe(0);
    expect(await stateOf(writer.durable())).toBe(lost.message);
    expect(await stateOf(writer.settle(ended))).toBe(lost.message);
    expect(offers).toBe(0);
  });
});
