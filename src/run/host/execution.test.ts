import { beforeEach, describe, expect, it } from 'vitest';
import type { Json } from '../../contract/json.ts';
import type { FromHost, RecordedStep, Settled } from '../protocol.ts';
import { HostExecution } from './execution.ts';

const ok = (value: Json): Settled => ({ ok: true, value });
const run = { id: 'run-1', tenant: 'acme', agent: 'main' };

type Code = (execution: HostExecution) => Promise<unknown>;

/** An execution whose worker is the test. */
class Bench {
  readonly sent: FromHost[] = [];
  readonly execution: HostExecution;
  #delivery = 1;

  constructor(code: Code, recorded: RecordedStep[] = []) {
    this.execution = new HostExecution({ execution: 1, run, recorded }, (message) => this.sent.push(message));
    void this.execution.start(this.#delivery, () => code(this.execution));
  }

  settle(key: string, settled: Settled): void {
    this.#delivery += 1;
    this.execution.settle(key, settled, this.#delivery);
  }

  /** Keys of the steps that the worker was asked for. */
  get asked(): string[] {
    return this.sent.flatMap((message) => (message.type === 'step' ? [message.key] : []));
  }

  get finished(): Settled | undefined {
    return this.sent.flatMap((message) => (message.type === 'finished' ? [message.settled] : []))[0];
  }

  get idle(): number[] {
    return this.sent.flatMap((message) => (message.type === 'idle' ? [message.delivery] : []));
  }

  /** Lets the code do all that it can without an answer. */
  async rest(): Promise<void> {
    for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

const ask = (execution: HostExecution, key: string, input: Json = 1) =>
  execution.call(key, { operation: 'tool', tool: 'look', input });

/** What the journal of a run of this code holds: its steps in the order in which they are answered here. */
async function journalOf(code: Code, ...answers: [key: string, settled: Settled][]): Promise<RecordedStep[]> {
  const bench = new Bench(code);
  await bench.rest();
  const ended: [string, Settled][] = [];
  for (const [key, settled] of answers) {
    bench.settle(key, settled);
    ended.push([key, settled]);
    await bench.rest();
  }
  const hashes = new Map<string, string>();
  for (const message of bench.sent) if (message.type === 'step') hashes.set(message.key, message.requestHash);
  return ended.map(([key, settled]) => ({ key, requestHash: hashes.get(key) ?? '', settled }));
}

describe('live', () => {
  it('a step goes to the worker with a hash of what is asked, and its answer comes back', async () => {
    const bench = new Bench(async (execution) => [
      await ask(execution, 'a#1'),
      await ask(execution, 'b#1', 2),
    ]);
    await bench.rest();
    expect(bench.asked).toEqual(['a#1']);
    bench.settle('a#1', ok('A'));
    await bench.rest();
    expect(bench.asked).toEqual(['a#1', 'b#1']);
    bench.settle('b#1', ok('B'));
    await bench.rest();
    expect(bench.finished).toEqual(ok(['A', 'B']));
    const [first, second] = bench.sent.filter((message) => message.type === 'step');
    expect(first?.requestHash).not.toBe(second?.requestHash);
  });

  it('a failed step throws its error into the code, which may catch it', async () => {
    const bench = new Bench((execution) => ask(execution, 'a#1').catch((error) => `caught ${error.code}`));
    await bench.rest();
    bench.settle('a#1', { ok: false, error: { code: 'sold_out', message: 'Nothing is left.' } });
    await bench.rest();
    expect(bench.finished).toEqual(ok('caught sold_out'));
  });

  it('two steps of one key end the run: nobody could tell their answers apart', async () => {
    const bench = new Bench((execution) => Promise.all([ask(execution, 'a#1'), ask(execution, 'a#1')]));
    await bench.rest();
    expect(bench.finished).toMatchObject({ ok: false, error: { code: 'duplicate_step', endsRun: true } });
  });

  it('it says that it is idle when all that was delivered is digested, and not before', async () => {
    const bench = new Bench(async (execution) => [await ask(execution, 'a#1'), await ask(execution, 'b#1')]);
    await bench.rest();
    expect(bench.idle).toEqual([1]);
    bench.settle('a#1', ok('A'));
    expect(bench.idle).toEqual([1]);
    await bench.rest();
    expect(bench.idle).toEqual([1, 2]);
    const asked = bench.sent.findIndex((message) => message.type === 'step' && message.key === 'b#1');
    const idle = bench.sent.findIndex((message) => message.type === 'idle' && message.delivery === 2);
    expect(asked, 'what the answer led to comes first').toBeLessThan(idle);
  });

  it('an abandoned execution hears nothing more and says nothing more', async () => {
    const bench = new Bench(async (execution) => [await ask(execution, 'a#1'), await ask(execution, 'b#1')]);
    await bench.rest();
    bench.execution.abandon();
    bench.sent.length = 0;
    bench.settle('a#1', ok('A'));
    await bench.rest();
    expect(bench.sent).toEqual([]);
  });
});

describe('a value that the code makes itself', () => {
  it('is there at once when nothing else is under way, and recorded', async () => {
    const bench = new Bench((execution) => execution.produce('memo:a#1', 'memo', () => 7));
    await bench.rest();
    expect(bench.finished).toEqual(ok(7));
    expect(bench.sent).toContainEqual(
      expect.objectContaining({ type: 'record', key: 'memo:a#1', settled: ok(7), awaited: false }),
    );
  });

  it('comes in the order of the journal when other steps are under way', async () => {
    const seen: Json[] = [];
    const bench = new Bench(async (execution) => {
      const look = async (answer: Promise<Json>) => seen.push(await answer);
      await Promise.all([
        look(ask(execution, 'a#1')),
        look(execution.produce('memo:a#1', 'memo', () => 'made')),
      ]);
    });
    await bench.rest();
    expect(bench.sent).toContainEqual(expect.objectContaining({ type: 'record', awaited: true }));
    expect(seen).toEqual([]);
    bench.settle('a#1', ok('asked'));
    bench.settle('memo:a#1', ok('made'));
    await bench.rest();
    expect(seen).toEqual(['asked', 'made']);
  });

  it('that cannot be made is recorded as an error, and thrown', async () => {
    const bench = new Bench((execution) =>
      execution.produce('memo:a#1', 'memo', () => {
        throw new Error('no');
      }),
    );
    await bench.rest();
    expect(bench.finished).toEqual({ ok: false, error: { code: 'code_failed', message: 'no' } });
    expect(bench.sent).toContainEqual(expect.objectContaining({ type: 'record', settled: bench.finished }));
  });

  it('is not made again when it is recorded', async () => {
    const recorded: RecordedStep[] = [];
    const code: Code = (execution) => execution.produce('memo:a#1', 'memo', () => Math.random());
    const first = new Bench(code);
    await first.rest();
    for (const message of first.sent) {
      if (message.type === 'record')
        recorded.push({ key: message.key, requestHash: message.requestHash, settled: message.settled });
    }
    const second = new Bench(code, recorded);
    await second.rest();
    expect(second.finished).toEqual(first.finished);
    expect(second.sent.some(({ type }) => type === 'record')).toBe(false);
  });
});

describe('a replay', () => {
  const inTurn: Code = async (execution) => {
    const first = await ask(execution, 'a#1');
    return [first, await ask(execution, 'b#1')];
  };

  it('answers from the journal and asks for nothing', async () => {
    const bench = new Bench(inTurn, await journalOf(inTurn, ['a#1', ok('A')], ['b#1', ok('B')]));
    await bench.rest();
    expect(bench.finished).toEqual(ok(['A', 'B']));
    expect(bench.asked).toEqual([]);
  });

  it('goes on live where the journal ends', async () => {
    const bench = new Bench(inTurn, await journalOf(inTurn, ['a#1', ok('A')]));
    await bench.rest();
    expect(bench.asked).toEqual(['b#1']);
    bench.settle('b#1', ok('B'));
    await bench.rest();
    expect(bench.finished).toEqual(ok(['A', 'B']));
  });

  it('enters a step again that was begun and did not end', async () => {
    const [ended, begun] = await journalOf(inTurn, ['a#1', ok('A')], ['b#1', ok('B')]);
    if (ended === undefined || begun === undefined) throw new Error('The journal holds two steps.');
    const bench = new Bench(inTurn, [ended, { key: begun.key, requestHash: begun.requestHash }]);
    await bench.rest();
    expect(bench.asked).toEqual(['b#1']);
  });

  it('throws recorded errors into the code as they were thrown', async () => {
    const code: Code = (execution) => ask(execution, 'a#1').catch((error) => error.message);
    const recorded = await journalOf(code, [
      'a#1',
      { ok: false, error: { code: 'sold_out', message: 'Nothing is left.' } },
    ]);
    const bench = new Bench(code, recorded);
    await bench.rest();
    expect(bench.finished).toEqual(ok('Nothing is left.'));
  });
});

describe('the order of answers', () => {
  const racing: Code = (execution) => Promise.race(['a#1', 'b#1', 'c#1'].map((key) => ask(execution, key)));

  /** Two branches of which one thinks longer about its answer than the other. */
  const thinking: Code = async (execution) => {
    const order: string[] = [];
    const branch = async (key: string, thoughts: number) => {
      await ask(execution, key);
      for (let thought = 0; thought < thoughts; thought += 1) await null;
      order.push(key);
    };
    await Promise.all([branch('a#1', 20), branch('b#1', 0)]);
    return order;
  };

  it.each([
    ['a#1', 'b#1', 'c#1'],
    ['c#1', 'a#1', 'b#1'],
    ['b#1', 'c#1', 'a#1'],
  ])('decides a race as it was decided: %s first', async (...keys) => {
    const answers = keys.map((key): [string, Settled] => [key, ok(key)]);
    const bench = new Bench(racing, await journalOf(racing, ...answers));
    await bench.rest();
    expect(bench.finished).toEqual(ok(keys[0] ?? ''));
  });

  it.each([
    ['a#1', 'b#1'],
    ['b#1', 'a#1'],
  ])('lets the code finish with %s before it sees the next, live', async (...keys) => {
    const bench = new Bench(thinking);
    await bench.rest();
    // In one turn, as when they travel in one packet.
    for (const key of keys) bench.settle(key, ok(1));
    await bench.rest();
    expect(bench.finished).toEqual(ok(keys));
  });

  it.each([
    ['a#1', 'b#1'],
    ['b#1', 'a#1'],
  ])('lets the code finish with %s before it sees the next, in a replay', async (...keys) => {
    const answers = keys.map((key): [string, Settled] => [key, ok(1)]);
    const bench = new Bench(thinking, await journalOf(thinking, ...answers));
    await bench.rest();
    expect(bench.finished).toEqual(ok(keys));
  });

  it('waits for its turn also where the replay goes over into new answers', async () => {
    const recorded = await journalOf(thinking, ['a#1', ok(1)]);
    const bench = new Bench(thinking, recorded);
    bench.settle('b#1', ok(1));
    await bench.rest();
    expect(bench.finished).toEqual(ok(['a#1', 'b#1']));
  });
});

describe('code that has changed', () => {
  const before: Code = async (execution) => [await ask(execution, 'a#1'), await ask(execution, 'b#1')];
  let recorded: RecordedStep[];
  beforeEach(async () => {
    recorded = await journalOf(before, ['a#1', ok('A')], ['b#1', ok('B')]);
  });
  const diverged = (recordedStep: string, asked: string) => ({
    ok: false,
    error: {
      code: 'replay_divergence',
      endsRun: true,
      details: { recorded: recordedStep, asked },
      message: expect.stringContaining(`The journal holds ${recordedStep}, but the code ${asked}.`),
    },
  });

  it('and asks for a step with other input has diverged', async () => {
    const bench = new Bench(
      async (execution) => [await ask(execution, 'a#1'), await ask(execution, 'b#1', 2)],
      recorded,
    );
    await bench.rest();
    expect(bench.finished).toMatchObject(diverged('step b#1', 'asks for b#1 with other input'));
  });

  it('and ends without asking for a recorded step has diverged', async () => {
    const bench = new Bench((execution) => ask(execution, 'a#1'), recorded);
    await bench.rest();
    expect(bench.finished).toMatchObject(diverged('step b#1', 'finished without asking for it'));
  });

  it('and asks for something else instead has diverged, and none of it was done', async () => {
    let made = false;
    const bench = new Bench(async (execution) => {
      await ask(execution, 'a#1');
      await Promise.all([
        ask(execution, 'new#1'),
        execution.produce('memo:new#1', 'memo', () => {
          made = true;
        }),
      ]);
      await ask(execution, 'b#1');
    }, recorded);
    await expect
      .poll(() => bench.finished, { timeout: 5_000 })
      .toMatchObject(diverged('step b#1', 'waits for new#1 instead'));
    expect(bench.asked).toEqual([]);
    expect(made).toBe(false);
  });

  it('cannot swallow that it has diverged', async () => {
    const bench = new Bench(
      (execution) => ask(execution, 'a#1', 'other').catch(() => 'never mind'),
      recorded,
    );
    await bench.rest();
    expect(bench.finished).toMatchObject(diverged('step a#1', 'asks for a#1 with other input'));
  });

  it('by one more step at its end goes on live', async () => {
    const bench = new Bench(
      async (execution) => [...((await before(execution)) as Json[]), await ask(execution, 'c#1')],
      recorded,
    );
    await bench.rest();
    expect(bench.asked).toEqual(['c#1']);
    bench.settle('c#1', ok('C'));
    await bench.rest();
    expect(bench.finished).toEqual(ok(['A', 'B', 'C']));
  });
});
