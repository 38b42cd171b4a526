import { expect, it } from 'vitest';
import { FakeRun } from '../../../../test/fakes/step.ts';
import { NO_USAGE } from '../../../contract/usage.ts';
import { spending } from '../spending.ts';
import { runUsage } from './run-usage.ts';

const started = { attempt: 1, reservedTokens: 5_000, reservedInputTokens: 1_000, reservedUsd: 0.5 };
const [small, large] = ['openai/gpt-5-mini', 'anthropic/claude-sonnet-5'];

it('is all that a run was charged by itself, under the model that was asked and on the day of it', async () => {
  const run = new FakeRun();
  const day = () => new Date(run.clock.now()).toISOString().slice(0, 10);
  const first = day();
  // Lost, then answered by another model.
  run.record({ meta: { kind: 'model.started', key: 'a', model: small, ...started } });
  const lost = { attempt: 1, code: 'lost', tokens: 5_000, inputTokens: 1_000, usd: 0.5 };
  run.record({ meta: { kind: 'model.attempted', key: 'a', model: small, ...lost } });
  run.record({ meta: { kind: 'model.started', key: 'a', model: large, ...started, attempt: 2 } });
  const usage = { ...NO_USAGE, inputTokens: 700, outputTokens: 300 };
  const answered = { outcome: 'ok' as const, durationMs: 1, usage, usd: 0.1 };
  run.record({ meta: { kind: 'model.completed', key: 'a', model: large, ...answered } });
  // Ended without being settled: it may have cost all.
  run.record({ meta: { kind: 'model.started', key: 'b', model: large, ...started } });
  run.record({ meta: { kind: 'model.completed', key: 'b', outcome: 'error', durationMs: 1 } });
  // Denied: nobody was asked.
  run.record({ meta: { kind: 'model.completed', key: 'c', model: small, outcome: 'denied', durationMs: 1 } });
  await run.clock.advance(86_400_000);
  const call = { tool: 'search', idempotencyKey: 'k', inputHash: 'h', attempt: 1 };
  run.record({ meta: { kind: 'tool.started', key: 'd', ...call, usd: 0.25 } });
  const ownSpent = run.views.of(spending).spent.usd;
  // A child's costs are its own.
  const child = { key: 'e', child: 'run-2', outcome: 'ok' as const, tokens: 800, usd: 0.4, inbox: 1 };
  run.record({ meta: { kind: 'child.completed', ...child } });

  const sums = [...run.views.of(runUsage).sums.values()];
  const zero = { modelCalls: 0, toolCalls: 0, inputTokens: 0, outputTokens: 0 };
  expect(sums).toEqual([
    { ...zero, day: first, model: small, inputTokens: 1_000, outputTokens: 4_000, nanoUsd: 500_000_000 },
    {
      ...{ ...zero, day: first, model: large, modelCalls: 2 },
      ...{ inputTokens: 1_700, outputTokens: 4_300, nanoUsd: 600_000_000 },
    },
    { ...zero, day: day(), model: '', nanoUsd: 250_000_000 },
  ]);
  expect(sums.reduce((sum, { nanoUsd }) => sum + nanoUsd, 0)).toBe(Math.round(ownSpent * 1e9));
});

it('holds what was set aside for an attempt that its run did not wait for to its end', () => {
  const run = new FakeRun();
  run.record({ meta: { kind: 'model.started', key: 'a', model: small, ...started } });
  run.record({ meta: { kind: 'run.cancelled' } });
  const { sums, reserved } = run.views.of(runUsage);
  expect([...sums.values()]).toMatchObject([
    { model: small, inputTokens: 1_000, outputTokens: 4_000, nanoUsd: 500_000_000 },
  ]);
  expect(reserved.size).toBe(0);
});
