import { describe, expect, it } from 'vitest';
import { type ToolCallOverrides, toolCall } from '../../../test/fakes/calls.ts';
import { FakeDesk } from '../../../test/fakes/desk.ts';
import { settled } from '../../../test/fakes/manual-clock.ts';
import { FakeRun, stateOf } from '../../../test/fakes/step.ts';
import type { ApprovalStatus } from '../../contract/approval.ts';
import { approval } from './approval.ts';

const DAY = 86_400_000;
const risky = { tool: { risk: ['financial' as const] } };

function setUp() {
  const run = new FakeRun();
  const desk = new FakeDesk();
  let reviews = 0;
  const middleware = approval({ desk, clock: run.clock, newId: () => `review-${++reviews}` });
  const executed: unknown[] = [];
  const enter = (overrides: ToolCallOverrides = {}) => {
    const handled = middleware.handle(toolCall(run, overrides), async ({ input }) => {
      executed.push(input);
      return { output: 'done' };
    });
    handled.catch(() => {});
    return handled;
  };
  return { run, desk, enter, executed };
}

/** What the author declared for the tool, and how the code host answers. */
const rule = (status: ApprovalStatus, reason?: string): ToolCallOverrides => ({
  definition: { toolApproval: { refund: 'function' } },
  code: { approval: async () => ({ status, ...(reason === undefined ? {} : { reason }) }) },
});

describe('approval asks a person', () => {
  it.each([
    ['a declared risk', risky],
    ['the effect execute', { tool: { effect: 'execute' as const } }],
    ["the author's rule", rule('user-approval')],
  ])('because of %s', async (_, overrides) => {
    const { enter, executed, desk } = setUp();
    expect(await stateOf(enter(overrides))).toBe('pending');
    expect(desk.all).toHaveLength(1);
    expect(executed).toEqual([]);
  });

  it.each([
    ['a harmless call', {}],
    ["a risk that the author's rule answers", { ...risky, ...rule('approved') }],
    ['a risk that the author declares not applicable', { ...risky, ...rule('not-applicable') }],
    ['undoing a risky call', { ...risky, compensates: { key: 'a', output: null } }],
  ])('but not about %s', async (_, overrides) => {
    const { enter, run } = setUp();
    expect(await enter(overrides)).toEqual({ output: 'done' });
    expect(run.entries).toEqual([]);
  });

  it('durably, bound to exactly this call, and waits without memory', async () => {
    const { run, desk, enter } = setUp();
    enter({ ...risky, input: { order: 'AC-1042', amount: 900 } });
    await settled();
    const step = run.step();
    const binding = step.keyedHash({ tool: 'refund', input: { order: 'AC-1042', amount: 900 } });
    const expiresAt = run.clock.now() + 7 * DAY;
    expect(run.all('review.requested')).toMatchObject([
      { review: 'review-1', reviewKind: 'approval', tool: 'refund', binding, expiresAt },
    ]);
    expect(run.durable).toBe(1);
    expect(desk.all).toMatchObject([
      {
        id: 'review-1',
        tenant: 'acme',
        kind: 'approval',
        stepKey: step.key,
        binding,
        expiresAt,
        content: {
          tool: 'refund',
          input: { order: 'AC-1042', amount: 900 },
          risk: ['financial'],
          reason: 'The call is financial.',
        },
      },
    ]);
    expect(run.suspensions).toEqual([
      { key: step.key, reason: { for: 'review', review: 'review-1' }, wakeAt: expiresAt },
    ]);
  });

  it('once, however often the step is entered, and puts a question again that a crash swallowed', async () => {
    const { run, desk, enter } = setUp();
    enter(risky);
    await settled();
    desk.reviews.clear();
    run.restart();
    expect(await stateOf(enter(risky))).toBe('pending');
    expect(run.all('review.requested')).toHaveLength(1);
    expect(desk.all.map(({ id }) => id)).toEqual(['review-1']);
    expect(run.suspensions).toHaveLength(1);
  });
});

describe('approval acts on the answer', () => {
  async function asked(overrides: ToolCallOverrides = risky) {
    const world = setUp();
    world.enter(overrides);
    await settled();
    world.run.restart();
    return world;
  }

  it('approved: the call runs, once, and the rule is not asked again', async () => {
    let questions = 0;
    const asking = rule('user-approval');
    const counting = {
      ...asking,
      code: {
        approval: async () => {
          questions += 1;
          return { status: 'user-approval' as const };
        },
      },
    };
    const { run, enter, executed } = await asked(counting);
    run.decide('main/1', 'approved');
    expect(await enter(counting)).toEqual({ output: 'done' });
    expect(executed).toHaveLength(1);
    expect(questions).toBe(1);
  });

  it('denied: the call does not run, and the model hears why', async () => {
    const { run, enter, executed } = await asked();
    run.decide('main/1', 'denied', { note: 'It was refunded yesterday.' });
    await expect(enter(risky)).rejects.toMatchObject({
      code: 'approval_denied',
      denied: true,
      endsRun: false,
      message: expect.stringContaining(
        'denied the call of "refund": It was refunded yesterday. It did not run',
      ),
    });
    expect(executed).toEqual([]);
  });

  it('expired: told apart from a denial, and recorded', async () => {
    const { run, desk, enter } = await asked();
    await run.clock.advance(7 * DAY);
    await expect(enter(risky)).rejects.toMatchObject({ code: 'approval_expired', denied: true });
    expect(desk.reviews.get('review-1')?.status).toBe('expired');
    expect(run.all('review.decided')).toMatchObject([{ review: 'review-1', decision: 'expired' }]);
    run.restart();
    await expect(enter(risky)).rejects.toMatchObject({ code: 'approval_expired' });
    expect(run.all('review.decided')).toHaveLength(1);
  });

  it('expired, but somebody decided at the last moment: it waits for that decision', async () => {
    const { run, desk, enter } = await asked();
    await run.clock.advance(7 * DAY);
    desk.decided('review-1');
    expect(await stateOf(enter(risky))).toBe('pending');
    run.restart();
    run.decide('main/1', 'approved');
    expect(await enter(risky)).toEqual({ output: 'done' });
  });

  it('a decision about another input does not count', async () => {
    const { run, desk, enter, executed } = await asked({ ...risky, input: { amount: 20 } });
    run.decide('main/1', 'approved');
    expect(await stateOf(enter({ ...risky, input: { amount: 9_000 } }))).toBe('pending');
    expect(desk.all).toHaveLength(2);
    expect(executed).toEqual([]);
  });

  it('a call that started already is not asked about', async () => {
    const { run, enter } = setUp();
    const step = run.step();
    step.record({
      meta: {
        kind: 'tool.started',
        key: step.key,
        tool: 'refund',
        attempt: 1,
        idempotencyKey: 'k',
        inputHash: 'h',
      },
    });
    expect(await enter(risky)).toEqual({ output: 'done' });
  });
});

describe("approval heeds the author's rule", () => {
  it('denies what the rule denies, with its reason', async () => {
    const { enter, executed } = setUp();
    await expect(enter({ ...risky, ...rule('denied', 'No refunds on Sundays.') })).rejects.toMatchObject({
      code: 'approval_denied_by_rule',
      denied: true,
      message: expect.stringContaining('No refunds on Sundays.'),
    });
    expect(executed).toEqual([]);
  });

  it.each([
    ['throws', () => Promise.reject(new Error('undefined is not a function'))],
    ['answers nonsense', async () => ({ status: 'maybe' as ApprovalStatus })],
  ])('denies when the rule %s', async (_, answer) => {
    const { enter, executed } = setUp();
    const call = {
      definition: { toolApproval: { refund: 'function' as const } },
      code: { approval: answer },
    };
    await expect(enter(call)).rejects.toMatchObject({ code: 'approval_unclear', denied: true });
    expect(executed).toEqual([]);
  });

  it('is not fooled by a tool with the name of an object method', async () => {
    const { enter } = setUp();
    expect(await stateOf(enter({ tool: { name: 'constructor', risk: ['financial'] } }))).toBe('pending');
  });

  it('passes a cancel on instead of blaming the rule', async () => {
    const { enter } = setUp();
    const cancel = new AbortController();
    cancel.abort(new Error('cancelled'));
    const broken = { ...rule('approved'), code: { approval: () => Promise.reject(new Error('host gone')) } };
    await expect(enter({ ...broken, signal: cancel.signal })).rejects.toThrow('cancelled');
  });
});

describe('approval while the database cannot be reached', () => {
  it('puts the question again until it is put', async () => {
    const run = new FakeRun();
    const desk = new FakeDesk();
    let down = true;
    const flaky = {
      open: async (review: Parameters<FakeDesk['open']>[0]) => {
        if (down) throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
        await desk.open(review);
      },
      expire: (id: string) => desk.expire(id),
    };
    const handled = approval({ desk: flaky, clock: run.clock }).handle(toolCall(run, risky), async () => ({
      output: 1,
    }));
    await run.clock.advance(2_000);
    expect(run.suspensions).toEqual([]);
    down = false;
    await run.clock.advance(500);
    expect(await stateOf(handled)).toBe('pending');
    expect(desk.all).toHaveLength(1);
    expect(run.suspensions).toHaveLength(1);
  });

  it('does not wait for a question that can never be put', async () => {
    const run = new FakeRun();
    const desk = { open: () => Promise.reject(new Error('no such table')), expire: async () => false };
    const handled = approval({ desk, clock: run.clock }).handle(toolCall(run, risky), async () => ({
      output: 1,
    }));
    await expect(handled).rejects.toThrow('no such table');
  });
});
