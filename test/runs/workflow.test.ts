import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../world/start-world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.deploy(PROJECT);
});
afterAll(() => world?.stop());

const PROJECT = `
import { tool, workflow } from 'bulkhead';
import { z } from 'zod';

const double = tool({
  description: 'Doubles a number',
  inputSchema: z.object({ number: z.number() }),
  effect: 'read',
  execute: ({ number }) => ({ result: number * 2 }),
});

const strict = tool({
  description: 'Returns what it was told to return',
  inputSchema: z.object({ value: z.unknown() }),
  outputSchema: z.object({ count: z.number() }),
  effect: 'read',
  execute: ({ value }) => value,
});

const slow = tool({
  description: 'Answers after a while',
  inputSchema: z.object({ ms: z.number(), fail: z.string().optional() }),
  effect: 'read',
  execute: async ({ ms, fail }) => {
    await new Promise((resolve) => setTimeout(resolve, ms));
    if (fail !== undefined) throw new Error(fail);
    return { waited: ms };
  },
});

export const doubling = workflow({
  name: 'doubling',
  inputSchema: z.object({ number: z.number() }),
  outputSchema: z.object({ first: z.number(), second: z.number() }),
  tools: { double },
  run: async ({ number }, { tools }) => {
    const first = await tools.double({ number });
    const second = await tools.double({ number: first.result });
    return { first: first.result, second: second.result };
  },
});

export const wrongOutput = workflow({
  name: 'wrong-output',
  inputSchema: z.object({}),
  outputSchema: z.object({ total: z.number() }),
  run: async () => ({ total: 'a lot' }),
});

export const wrongTool = workflow({
  name: 'wrong-tool',
  inputSchema: z.object({ value: z.unknown() }),
  tools: { strict },
  run: ({ value }, { tools }) => tools.strict({ value }),
});

let produced = 0;
let runs = 0;
export const recording = workflow({
  name: 'recording',
  inputSchema: z.object({}),
  run: async (_, context) => {
    runs += 1;
    const before = {
      memo: await context.memo('count', () => (produced += 1)),
      now: await context.now(),
      random: await context.random(),
      uuid: await context.uuid(),
    };
    await context.sleep('50ms');
    const after = { memo: await context.memo('count', () => (produced += 1)), now: await context.now() };
    return { before, after, runs };
  },
});

export const failingMemo = workflow({
  name: 'failing-memo',
  inputSchema: z.object({}),
  run: async (_, context) => {
    const told = await context.memo('fails', () => { throw new Error('no such file'); }).catch((error) => error.message);
    await context.sleep('30ms');
    return { told, kept: await context.memo('kept', () => ({ when: new Date(0), dropped: undefined })) };
  },
});

export const branching = workflow({
  name: 'branching',
  inputSchema: z.object({}),
  tools: { slow },
  run: async (_, context) => {
    const order: string[] = [];
    const results = await context.all({
      late: async ({ tools }) => { const result = await tools.slow({ ms: 120 }); order.push('late'); return result; },
      early: async ({ tools }) => { const result = await tools.slow({ ms: 10 }); order.push('early'); return result; },
    });
    return { results, order };
  },
});

export const failingBranches = workflow({
  name: 'failing-branches',
  inputSchema: z.object({}),
  tools: { slow },
  run: async (_, context) => {
    let finished = false;
    const failure = await context.all({
      first: ({ tools }) => tools.slow({ ms: 80, fail: 'the first branch' }),
      second: ({ tools }) => tools.slow({ ms: 5, fail: 'the second branch' }),
      third: async ({ tools }) => { await tools.slow({ ms: 160 }); finished = true; },
    }).catch((error) => error.message);
    return { failure, finished };
  },
});

export const sleepers = workflow({
  name: 'sleepers',
  inputSchema: z.object({}),
  run: async (_, context) => {
    const begun = await context.now();
    await context.all({
      short: ({ sleep }) => sleep('100ms'),
      long: ({ sleep }) => sleep(300),
    });
    return { slept: (await context.now()) - begun };
  },
});

export const impatient = workflow({
  name: 'impatient',
  inputSchema: z.object({ duration: z.union([z.string(), z.number()]) }),
  run: (input, context) => context.sleep(input.duration as never),
});

export const sideBySide = workflow({
  name: 'side-by-side',
  inputSchema: z.object({}),
  tools: { slow },
  run: async (_, { tools }) => {
    const results = await Promise.all([tools.slow({ ms: 60 }), tools.slow({ ms: 5 }), tools.slow({ ms: 30 })]);
    return results.map((result) => result.waited);
  },
});

export const naming = workflow({
  name: 'naming',
  inputSchema: z.object({ memo: z.string().optional(), branch: z.string().optional() }),
  run: async ({ memo, branch }, context) => {
    if (memo !== undefined) return context.memo(memo, () => 1);
    return context.all({ [branch ?? 'a']: async (inner) => { await inner.sleep(20); return 1; } });
  },
});

export const unserialisable = workflow({
  name: 'unserialisable',
  inputSchema: z.object({}),
  run: async () => ({ amount: 10n }),
});

export const hoarding = workflow({
  name: 'hoarding',
  inputSchema: z.object({}),
  run: async (_, context) => {
    let length = 0;
    for (const part of ['a', 'b', 'c']) length += (await context.memo(part, () => part.repeat(7_000_000))).length;
    await context.sleep('20ms');
    return length;
  },
});

export const throwing = workflow({
  name: 'throwing',
  inputSchema: z.object({}),
  run: async () => { throw new Error('The order is closed.'); },
});
`;

describe('a workflow and its tools', () => {
  it('gets what its tools return, and returns what it declares', async () => {
    const run = await world.client.run('doubling', { number: 3 });
    expect(run).toMatchObject({
      status: 'succeeded',
      output: { first: 6, second: 12 },
      usage: { toolCalls: 2 },
    });
    const kinds = (await world.client.journal(run.id)).map(({ kind }) => kind);
    expect(kinds).toEqual([
      'run.created',
      'run.claimed',
      'tool.requested',
      'tool.started',
      'tool.completed',
      'tool.requested',
      'tool.started',
      'tool.completed',
      'run.succeeded',
    ]);
  });

  it('runs tools side by side, and finds them again by their order', async () => {
    const run = await world.client.run('side-by-side', {});
    expect(run.output).toEqual([60, 5, 30]);
    const completed = (await world.client.journal(run.id)).filter(({ kind }) => kind === 'tool.completed');
    expect(completed.map(({ key }) => key)).toEqual(['tool:slow#2', 'tool:slow#3', 'tool:slow#1']);
  });

  it('fails when its output does not fit its outputSchema', async () => {
    const run = await world.client.run('wrong-output', {});
    expect(run).toMatchObject({ status: 'failed', error: { code: 'invalid_output' } });
    expect(run.error?.message).toMatch(/output of workflow "wrong-output" .* total: .*expected number/);
  });

  it('fails when a tool returns what does not fit its outputSchema', async () => {
    expect(await world.client.run('wrong-tool', { value: { count: 4 } })).toMatchObject({
      output: { count: 4 },
    });
    const run = await world.client.run('wrong-tool', { value: { count: 'four' } });
    expect(run).toMatchObject({ status: 'failed', error: { code: 'invalid_tool_output' } });
    expect(run.error?.message).toContain('count:');
  });

  it('fails with what it throws, without a stack', async () => {
    const run = await world.client.run('throwing', {});
    expect(run).toMatchObject({
      status: 'failed',
      error: { code: 'code_failed', message: 'The order is closed.' },
    });
    expect(JSON.stringify(await world.client.journal(run.id))).not.toContain('at ');
  });

  it('fails with a sentence when its output cannot be JSON', async () => {
    const run = await world.client.run('unserialisable', {});
    expect(run).toMatchObject({ status: 'failed', error: { code: 'code_failed' } });
    expect(run.error?.message).toMatch(/BigInt/i);
  });
});

describe('memo, now, random and uuid', () => {
  it('are recorded once: the code that runs again after a wait is told the same', async () => {
    const started = Date.now();
    const run = await world.client.until((await world.client.run('recording', {})).id);
    const { before, after, runs } = run.output as {
      before: { memo: number; now: number; random: number; uuid: string };
      after: { memo: number; now: number };
      runs: number;
    };
    expect(runs, 'the code ran again from its first line').toBe(2);
    expect([before.memo, after.memo], 'each memo was produced once').toEqual([1, 2]);
    expect(before.now).toBeGreaterThanOrEqual(started);
    expect(after.now).toBeGreaterThanOrEqual(before.now + 50);
    expect(before.random).toBeGreaterThanOrEqual(0);
    expect(before.random).toBeLessThan(1);
    expect(before.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

    const recorded = (await world.client.journal(run.id)).filter(({ kind }) => kind === 'step.completed');
    expect(recorded.map(({ key }) => key)).toEqual([
      'memo:count#1',
      'now#1',
      'random#1',
      'uuid#1',
      'memo:count#2',
      'now#2',
    ]);
    expect(recorded[3]).toMatchObject({ operation: 'uuid', content: { output: before.uuid } });
  });

  it('keep JSON only, and record a failure as well', async () => {
    const run = await world.client.until((await world.client.run('failing-memo', {})).id);
    expect(run.output).toEqual({ told: 'no such file', kept: { when: '1970-01-01T00:00:00.000Z' } });
  });

  it('may hold more together than one message to the code does', async () => {
    const run = await world.client.until((await world.client.run('hoarding', {})).id);
    expect(run).toMatchObject({ status: 'succeeded', output: 21_000_000 });
  });

  it('refuse a name that cannot stand in a step key', async () => {
    const memo = await world.client.run('naming', { memo: 'two words' });
    expect(memo).toMatchObject({ status: 'failed', error: { code: 'invalid_step_name' } });
    expect(memo.error?.message).toContain('two words');
    const branch = await world.client.run('naming', { branch: 'a\u0000b' });
    expect(branch).toMatchObject({ status: 'failed', error: { code: 'invalid_step_name' } });
  });
});

describe('context.all', () => {
  it('hands back each branch by its name, whichever ended first', async () => {
    const run = await world.client.run('branching', {});
    expect(run.output).toEqual({
      results: { late: { waited: 120 }, early: { waited: 10 } },
      order: ['early', 'late'],
    });
    const keys = (await world.client.journal(run.id))
      .filter(({ kind }) => kind === 'tool.requested')
      .map(({ key }) => key);
    expect(keys).toEqual(['all#1/late#1/tool:slow#1', 'all#1/early#1/tool:slow#1']);
  });

  it('waits for all branches, then throws the first failure', async () => {
    const run = await world.client.run('failing-branches', {});
    expect(run.output).toEqual({ failure: 'the first branch', finished: true });
  });
});

describe('context.sleep', () => {
  it('waits at least so long, side by side too, and holds no worker meanwhile', async () => {
    const run = await world.client.until(await world.client.submit('sleepers', {}));
    expect((run.output as { slept: number }).slept).toBeGreaterThanOrEqual(300);
    const journal = await world.client.journal(run.id);
    const [first] = journal.filter(({ kind }) => kind === 'run.waiting');
    expect(first).toMatchObject({ for: [{ for: 'timer' }, { for: 'timer' }], wakeAt: expect.any(Number) });
    expect(journal.filter(({ kind }) => kind === 'timer.fired')).toHaveLength(2);
    expect(journal.filter(({ kind }) => kind === 'timer.set')).toHaveLength(2);
  });

  it.each([['soon'], [-1], [1e18], ['900000000d']])('refuses %j as a duration', async (duration) => {
    const run = await world.client.run('impatient', { duration });
    expect(run).toMatchObject({ status: 'failed', error: { code: 'invalid_duration' } });
    expect(run.error?.message).toContain(String(duration));
  });
});
