import { beforeEach, describe, expect, it } from 'vitest';
import { modelCall, modelResponse } from '../../../../test/fakes/calls.ts';
import { ManualClock, settled } from '../../../../test/fakes/manual-clock.ts';
import { breaker } from './breaker.ts';
import { Circuits } from './circuits.ts';
import { FakeUpstream, failure } from './testing/ask.ts';
import { FakeHealthTable } from './testing/fake-health-table.ts';

const MODEL = 'openai/gpt-5-mini';
const OPEN = 'provider_circuit_open';
const overloaded = failure('provider_unavailable', { status: 503 });
const unreachable = failure('provider_unavailable', { reason: 'ECONNREFUSED' });

let clock: ManualClock;
let table: FakeHealthTable;
let upstream: FakeUpstream;
let told: string[];
beforeEach(() => {
  clock = new ManualClock();
  table = new FakeHealthTable(clock);
  upstream = new FakeUpstream();
  told = [];
});

function worker() {
  const circuits = new Circuits({ table, clock, random: () => 0, log: (message) => void told.push(message) });
  const control = breaker(circuits);
  const ask = async (times: number, model = MODEL) => {
    const answers: string[] = [];
    for (let time = 0; time < times; time += 1) answers.push(await upstream.ask(control, model));
    await circuits.settled();
    return answers;
  };
  return { circuits, control, ask };
}

describe('a breaker', () => {
  it('holds calls back at once when half of at least five have failed', async () => {
    const { ask } = worker();
    upstream.failure = overloaded;
    expect(await ask(7)).toEqual([...Array(5).fill('provider_unavailable'), OPEN, OPEN]);
    expect(upstream.requests).toBe(5);
  });

  it('says when to come back', async () => {
    const { ask, control } = worker();
    upstream.failure = overloaded;
    await ask(5);
    await clock.advance(2_000);
    await expect(control.handle(modelCall(), async () => modelResponse())).rejects.toMatchObject({
      code: OPEN,
      retryable: true,
      retryAfter: 3_000,
      details: { down: MODEL, cause: 'provider_unavailable' },
    });
  });

  it('bears a failure now and then', async () => {
    const { ask } = worker();
    await ask(6);
    upstream.failure = overloaded;
    expect(await ask(5)).not.toContain(OPEN);
  });

  it('forgets what is older than 30 s', async () => {
    const { ask } = worker();
    upstream.failure = overloaded;
    await ask(4);
    await clock.advance(31_000);
    expect(await ask(4)).not.toContain(OPEN);
  });

  it.each([
    failure('provider_rate_limited', { status: 429 }),
    failure('provider_refused', { status: 400 }),
    failure('provider_refused', { status: 401 }),
    failure('run_cancelled'),
    failure('deadline_exceeded'),
    failure('missing_key'),
  ])('is neutral to $code', async (error) => {
    const { ask } = worker();
    upstream.failure = error;
    expect(await ask(20)).not.toContain(OPEN);
    // Nor does it count as well: five failures beside it are five of five.
    upstream.failure = overloaded;
    expect((await ask(6)).at(-1)).toBe(OPEN);
  });

  it.each([
    ['a 5xx', overloaded],
    ['a cut stream', failure('provider_stream_cut')],
    ['silence', failure('provider_unavailable', { reason: 'stalled' })],
    ['an answer that cannot be read', failure('provider_bad_response')],
  ])('lays %s at the door of the model, and lets others of the provider pass', async (_, error) => {
    const { ask } = worker();
    upstream.failure = error;
    await ask(5);
    expect(await ask(1)).toEqual([OPEN]);
    upstream.failure = undefined;
    expect(await ask(1, 'openai/gpt-5')).toEqual(['answered']);
  });

  it('lays a connection that does not come about at the door of the provider, for all its models', async () => {
    const { ask } = worker();
    upstream.failure = unreachable;
    await ask(3);
    await ask(2, 'openai/gpt-5');
    expect(await ask(1, 'openai/gpt-6')).toEqual([OPEN]);
    expect([...table.rows.keys()]).toEqual(['openai']);
    upstream.failure = undefined;
    expect(await ask(1, 'mistral/mistral-small-latest')).toEqual(['answered']);
  });

  it('leaves the local model alone', async () => {
    const { ask } = worker();
    upstream.failure = overloaded;
    expect(await ask(20, 'local')).not.toContain(OPEN);
  });

  it('asks no table while all is well', async () => {
    const { ask } = worker();
    await ask(50);
    expect(table.asked).toEqual([]);
  });
});

describe('a breaker that is half open', () => {
  it('lets one call find out, and no other meanwhile', async () => {
    const { ask, control } = worker();
    upstream.failure = overloaded;
    await ask(5);
    await clock.advance(5_000);
    const answer = Promise.withResolvers<ReturnType<typeof modelResponse>>();
    const probe = control.handle(modelCall(), () => answer.promise);
    await settled();
    expect(await ask(3)).toEqual([OPEN, OPEN, OPEN]);
    answer.resolve(modelResponse());
    await probe;
    upstream.failure = undefined;
    expect(await ask(1)).toEqual(['answered']);
    expect(table.rows.size).toBe(0);
  });

  it('waits longer each time that it finds the provider down, up to a minute', async () => {
    const { ask } = worker();
    upstream.failure = overloaded;
    await ask(5);
    const pauses: number[] = [];
    for (let probes = 1; probes <= 6; probes += 1) {
      const begun = clock.now();
      while (upstream.requests < 5 + probes) {
        await clock.advance(1_000);
        await ask(1);
      }
      pauses.push(clock.now() - begun);
    }
    expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 60_000, 60_000]);
  });

  it.each([
    ['a rate limit', failure('provider_rate_limited', { status: 429 })],
    ['a refusal', failure('provider_refused', { status: 400 })],
  ])('takes %s for a sign of life', async (_, error) => {
    const { ask } = worker();
    upstream.failure = overloaded;
    await ask(5);
    await clock.advance(5_000);
    upstream.failure = error;
    await ask(1);
    upstream.failure = undefined;
    expect(await ask(1)).toEqual(['answered']);
  });

  it('lets the next call find out when the one that was to was cancelled', async () => {
    const { ask } = worker();
    upstream.failure = overloaded;
    await ask(5);
    await clock.advance(5_000);
    upstream.failure = failure('run_cancelled');
    await ask(1);
    upstream.failure = undefined;
    expect(await ask(1)).toEqual(['answered']);
  });

  it('lets another call find out when nothing was heard of one for a minute', async () => {
    const { ask, control } = worker();
    upstream.failure = overloaded;
    await ask(5);
    await clock.advance(5_000);
    void control.handle(modelCall(), () => new Promise(() => {}));
    await clock.advance(59_000);
    upstream.failure = undefined;
    expect(await ask(1)).toEqual([OPEN]);
    await clock.advance(1_000);
    expect(await ask(1)).toEqual(['answered']);
  });
});

describe('breakers of several workers', () => {
  it('hold back together within a second of the first, and come back together', async () => {
    const [first, second] = [worker(), worker()];
    for (const { circuits } of [first, second]) circuits.start();
    upstream.failure = overloaded;
    await first.ask(5);
    await clock.advance(1_000);
    expect(await second.ask(3)).toEqual([OPEN, OPEN, OPEN]);
    await clock.advance(4_000);
    upstream.failure = undefined;
    expect(await second.ask(1)).toEqual(['answered']);
    await clock.advance(1_000);
    expect(await first.ask(1)).toEqual(['answered']);
    for (const { circuits } of [first, second]) await circuits.stop();
    expect(clock.sleeping).toBe(0);
  });

  it('tell operators once that a provider went down, and once that it is back', async () => {
    const workers = [worker(), worker(), worker()];
    upstream.failure = overloaded;
    for (const { ask } of workers) await ask(5);
    await clock.advance(5_000);
    upstream.failure = undefined;
    for (const { ask } of workers) await ask(1);
    for (const { circuits } of workers) await circuits.refresh();
    expect(told).toEqual([
      expect.stringContaining(`${MODEL} is down (provider_unavailable)`),
      `${MODEL} answers again.`,
    ]);
  });

  it('go on by what each finds out itself while the table is away, and tell it later', async () => {
    const [first, second] = [worker(), worker()];
    table.away = true;
    upstream.failure = overloaded;
    expect((await first.ask(6)).at(-1)).toBe(OPEN);
    await clock.advance(5_000);
    expect(await first.ask(2)).toEqual(['provider_unavailable', OPEN]);
    expect(await second.ask(1)).toEqual(['provider_unavailable']);
    table.away = false;
    await first.circuits.refresh();
    await first.circuits.settled();
    await second.circuits.refresh();
    expect(await second.ask(1)).toEqual([OPEN]);
    expect(told).toHaveLength(1);
  });

  it('close while the table is away', async () => {
    const { ask } = worker();
    table.away = true;
    upstream.failure = overloaded;
    await ask(5);
    await clock.advance(5_000);
    upstream.failure = undefined;
    expect(await ask(2)).toEqual(['answered', 'answered']);
    expect(told).toHaveLength(2);
  });

  it('do not believe a reading that is older than what they found out', async () => {
    const { ask, circuits } = worker();
    const reading = Promise.withResolvers<void>();
    const read = table.read.bind(table);
    table.read = async () => {
      const rows = await read();
      await reading.promise;
      return rows;
    };
    const refreshed = circuits.refresh();
    upstream.failure = overloaded;
    await ask(5);
    reading.resolve();
    await refreshed;
    expect(await ask(1)).toEqual([OPEN]);
  });
});
