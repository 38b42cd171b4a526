import { describe, expect, it } from 'vitest';
import {
  type ModelCallOverrides,
  modelCall,
  modelResponse,
  type ToolCallOverrides,
  toolCall,
} from '../../../test/fakes/calls.ts';
import { FakeRun, stateOf } from '../../../test/fakes/step.ts';
import { BulkheadError, type ErrorFields } from '../../contract/errors.ts';
import { retryModel } from './retry-model.ts';
import { retryTool } from './retry-tool.ts';

const busy = (fields: Partial<ErrorFields> = {}) =>
  new BulkheadError({ code: 'busy', message: 'Try later.', retryable: true, ...fields });

/** Fails with the given errors, one after another, then answers with the attempt that succeeded. */
function script(run: FakeRun, overrides: ToolCallOverrides, errors: unknown[]) {
  const attempts: number[] = [];
  const handled = retryTool({ clock: run.clock, random: () => 0.5 }).handle(
    toolCall(run, { tool: { effect: 'read' }, ...overrides }),
    async ({ attempt }) => {
      attempts.push(attempt);
      const error = errors.shift();
      if (error !== undefined) throw error;
      return { output: attempt };
    },
  );
  return { attempts, handled };
}

describe('retryTool', () => {
  it('tries a read again, records what failed, and waits longer each time', async () => {
    const run = new FakeRun();
    const { attempts, handled } = script(run, {}, [busy(), busy()]);
    await run.clock.advance(199);
    expect(attempts).toEqual([1]);
    await run.clock.advance(1);
    expect(attempts).toEqual([1, 2]);
    await run.clock.advance(349);
    expect(attempts).toEqual([1, 2]);
    await run.clock.advance(1);
    expect(await handled).toEqual({ output: 3 });
    expect(run.all('tool.attempted')).toMatchObject([
      { attempt: 1, code: 'busy' },
      { attempt: 2, code: 'busy' },
    ]);
  });

  it('gives up after three attempts with the last error', async () => {
    const run = new FakeRun();
    const { attempts, handled } = script(run, {}, [busy(), busy(), busy({ code: 'last' })]);
    const failure = expect(handled).rejects.toMatchObject({ code: 'last' });
    await run.clock.advance(10_000);
    await failure;
    expect(attempts).toEqual([1, 2, 3]);
  });

  it('tries an idempotent write again', async () => {
    const run = new FakeRun();
    const { handled } = script(run, { tool: { effect: 'write', idempotent: true } }, [busy()]);
    await run.clock.advance(5_000);
    expect(await handled).toEqual({ output: 2 });
  });

  it.each(['write', 'execute'] as const)(
    'never repeats a tool that %ss and is not idempotent',
    async (effect) => {
      const run = new FakeRun();
      const { attempts, handled } = script(run, { tool: { effect } }, [busy()]);
      await expect(handled).rejects.toMatchObject({ code: 'busy' });
      expect(attempts).toEqual([1]);
    },
  );

  it('does not repeat what a later try cannot mend', async () => {
    const { attempts, handled } = script(new FakeRun(), {}, [new Error('no such column')]);
    await expect(handled).rejects.toThrow('no such column');
    expect(attempts).toEqual([1]);
  });

  it('waits as long as the other side asked', async () => {
    const run = new FakeRun();
    const { attempts, handled } = script(run, {}, [busy({ retryAfter: 3_000 })]);
    await run.clock.advance(2_999);
    expect(attempts).toEqual([1]);
    await run.clock.advance(1);
    expect(await handled).toEqual({ output: 2 });
  });

  it('reports at once when it is asked to wait for more than a minute', async () => {
    const run = new FakeRun();
    const { handled } = script(run, {}, [busy({ retryAfter: 3_600_000 })]);
    await expect(handled).rejects.toMatchObject({ code: 'busy' });
    expect(run.all('tool.attempted')).toEqual([]);
  });

  it('stops waiting when the call is cancelled', async () => {
    const run = new FakeRun();
    const cancel = new AbortController();
    const { attempts, handled } = script(run, { signal: cancel.signal }, [busy()]);
    expect(await stateOf(handled)).toBe('pending');
    cancel.abort(new Error('cancelled'));
    await expect(handled).rejects.toThrow('cancelled');
    expect(attempts).toEqual([1]);
  });

  it('numbers attempts on after a takeover; a lost one is no failure', async () => {
    const run = new FakeRun();
    const step = run.step();
    const started = (attempt: number) =>
      step.record({
        meta: {
          kind: 'tool.started',
          key: step.key,
          tool: 'refund',
          attempt,
          idempotencyKey: 'k',
          inputHash: 'h',
        },
      });
    const attempted = (attempt: number, code: string) =>
      step.record({ meta: { kind: 'tool.attempted', key: step.key, tool: 'refund', attempt, code } });
    started(1);
    attempted(1, 'busy');
    started(2);
    attempted(2, 'lost');
    const { attempts, handled } = script(run, {}, [busy(), busy()]);
    const failure = expect(handled).rejects.toMatchObject({ code: 'busy' });
    await run.clock.advance(60_000);
    await failure;
    expect(attempts).toEqual([3, 4]);
  });
});

describe('retryModel', () => {
  it('asks again and leaves the records to the budget', async () => {
    const run = new FakeRun();
    const attempts: number[] = [];
    const handled = retryModel({ clock: run.clock, random: () => 0.5 }).handle(
      modelCall(run),
      async ({ attempt }) => {
        attempts.push(attempt);
        if (attempt < 3) throw busy();
        return modelResponse();
      },
    );
    await run.clock.advance(10_000);
    expect(await handled).toMatchObject({ finishReason: 'stop' });
    expect(attempts).toEqual([1, 2, 3]);
    expect(run.entries).toEqual([]);
  });

  const DOWN = 'provider_unavailable';
  const failedAttempts = (run: FakeRun, model: string, attempts: number[], code = DOWN) => {
    for (const attempt of attempts) {
      const meta = { key: 'main/1', attempt, model };
      run.record({ meta: { kind: 'model.started', ...meta, reservedTokens: 1, reservedUsd: 0 } });
      run.record({ meta: { kind: 'model.attempted', ...meta, code, tokens: 0, usd: 0 } });
    }
  };
  /** The attempts of a model that always fails. */
  const attemptsOf = async (
    run: FakeRun,
    error: BulkheadError,
    overrides: ModelCallOverrides = {},
    deadline?: number,
  ) => {
    const attempts: number[] = [];
    const call = { ...modelCall(run, overrides), ...(deadline === undefined ? {} : { deadline }) };
    const handled = retryModel({ clock: run.clock, random: () => 0.5 }).handle(call, async ({ attempt }) => {
      attempts.push(attempt);
      throw error;
    });
    const failure = expect(handled).rejects.toBe(error);
    await run.clock.advance(120_000);
    await failure;
    return attempts;
  };

  it('counts the failures of each model by itself, and numbers all attempts on', async () => {
    const run = new FakeRun();
    failedAttempts(run, 'openai/gpt-5-mini', [1, 2, 3]);
    expect(await attemptsOf(run, busy(), { model: 'mistral/mistral-small-latest' })).toEqual([4, 5, 6]);
  });

  it.each(['lost', 'run_released', 'not_passed', 'provider_circuit_open'])(
    'does not count an attempt that says nothing about the model: %s',
    async (code) => {
      const run = new FakeRun();
      failedAttempts(run, 'openai/gpt-5-mini', [1, 2], code);
      expect(await attemptsOf(run, busy())).toEqual([3, 4, 5]);
    },
  );

  it('begins anew once the call has waited for a provider', async () => {
    const run = new FakeRun();
    failedAttempts(run, 'openai/gpt-5-mini', [1, 2, 3]);
    run.record({
      meta: { kind: 'model.postponed', key: 'main/1', model: 'openai/gpt-5-mini', code: 'busy', wakeAt: 0 },
    });
    expect(await attemptsOf(run, busy())).toEqual([4, 5, 6]);
  });

  it('does not ask in between for what is held back until its provider recovers', async () => {
    expect(await attemptsOf(new FakeRun(), busy({ code: 'provider_circuit_open', retryAfter: 10 }))).toEqual([
      1,
    ]);
  });

  it('begins no wait that would pass the deadline: the error comes at once', async () => {
    const run = new FakeRun();
    const deadline = run.clock.now() + 5_000;
    expect(await attemptsOf(run, busy({ retryAfter: 3_000 }), {}, deadline)).toEqual([1, 2]);
    expect(await attemptsOf(new FakeRun(), busy({ retryAfter: 5_000 }), {}, deadline)).toEqual([1]);
  });

  it('counts the failures before a takeover', async () => {
    const run = new FakeRun();
    failedAttempts(run, 'openai/gpt-5-mini', [1, 2]);
    expect(await attemptsOf(run, busy())).toEqual([3]);
  });
});
