import { describe, expect, it } from 'vitest';
import { FakeRun } from '../../../test/fakes/step.ts';
import { NO_USAGE } from '../../contract/usage.ts';
import { committed, remaining, spending } from './spending.ts';

const model = 'openai/gpt-5-mini';

function begun(run: FakeRun, key: string, attempt = 1) {
  run.record({
    meta: { kind: 'model.started', key, attempt, model, reservedTokens: 5_000, reservedUsd: 0.5 },
  });
}

describe('spending', () => {
  it('sets a reservation aside until the call is settled with what it used', () => {
    const run = new FakeRun();
    begun(run, 'a');
    expect(committed(run.views.of(spending))).toMatchObject({ tokens: 5_000, usd: 0.5 });
    const usage = { ...NO_USAGE, inputTokens: 700, outputTokens: 300 };
    run.record({
      meta: { kind: 'model.completed', key: 'a', outcome: 'ok', durationMs: 1, usage, usd: 0.1 },
    });
    expect(committed(run.views.of(spending))).toEqual({
      tokens: 1_000,
      inputTokens: 700,
      outputTokens: 300,
      usd: 0.1,
    });
  });

  it('adds the charges of failed attempts to those of the last', () => {
    const run = new FakeRun();
    begun(run, 'a');
    run.record({
      meta: { kind: 'model.attempted', key: 'a', attempt: 1, model, code: 'lost', tokens: 5_000, usd: 0.5 },
    });
    begun(run, 'a', 2);
    expect(committed(run.views.of(spending))).toMatchObject({ tokens: 10_000, usd: 1 });
  });

  it('charges the reservation of a call that ended without being settled', () => {
    const run = new FakeRun();
    begun(run, 'a');
    run.record({ meta: { kind: 'model.completed', key: 'a', outcome: 'error', durationMs: 1 } });
    expect(committed(run.views.of(spending))).toMatchObject({ tokens: 5_000, usd: 0.5 });
  });

  it('charges what its run ended without, because a batch goes on without it', () => {
    const run = new FakeRun();
    begun(run, 'a');
    run.record({ meta: { kind: 'run.cancelled' } });
    expect(run.views.of(spending)).toMatchObject({ spent: { tokens: 5_000, usd: 0.5 } });
    expect(run.views.of(spending).reserved.size).toBe(0);
  });

  it('charges an attempt once, even when it is settled after its call', () => {
    const run = new FakeRun();
    begun(run, 'a');
    run.record({ meta: { kind: 'model.completed', key: 'a', outcome: 'error', durationMs: 1 } });
    run.record({
      meta: { kind: 'model.attempted', key: 'a', attempt: 1, model, code: 'cut', tokens: 5_000, usd: 0.5 },
    });
    expect(committed(run.views.of(spending))).toMatchObject({ tokens: 5_000, usd: 0.5 });
  });

  it("sets a child's allowance aside and takes what it did not use back", () => {
    const run = new FakeRun();
    const child = { key: 'c', child: 'run-2' };
    run.record({
      meta: { kind: 'child.started', ...child, agent: 'b', allowance: { usd: 1, tokens: 20_000 } },
    });
    expect(committed(run.views.of(spending))).toMatchObject({ tokens: 20_000, usd: 1 });
    run.record({
      meta: { kind: 'child.completed', ...child, outcome: 'ok', tokens: 800, usd: 0.25, inbox: 1 },
    });
    expect(committed(run.views.of(spending))).toMatchObject({ tokens: 800, usd: 0.25 });
  });

  it('knows which part of the tokens is input', () => {
    const run = new FakeRun();
    const started = { key: 'a', attempt: 1, model, reservedTokens: 5_000, reservedInputTokens: 1_000 };
    run.record({ meta: { kind: 'model.started', ...started, reservedUsd: 0.5 } });
    const limits = { tokens: 100_000, inputTokens: 3_000, outputTokens: 4_500, usd: null };
    const state = run.views.of(spending);
    expect(remaining(state, limits)).toMatchObject({ inputTokens: 2_000, outputTokens: 500 });
    const lost = { key: 'a', attempt: 1, model, code: 'lost', tokens: 5_000, inputTokens: 1_000, usd: 0.5 };
    run.record({ meta: { kind: 'model.attempted', ...lost } });
    expect(remaining(run.views.of(spending), limits)).toMatchObject({
      inputTokens: 2_000,
      outputTokens: 500,
    });
  });

  it('counts what tools cost with each start, and what is let in until then', () => {
    const run = new FakeRun();
    const state = run.views.of(spending);
    state.admitted.set('a', 0.25);
    expect(committed(state).usd).toBe(0.25);
    const call = { key: 'a', tool: 'search', idempotencyKey: 'k', inputHash: 'h', usd: 0.25 };
    run.record({ meta: { kind: 'tool.started', ...call, attempt: 1 } });
    run.record({ meta: { kind: 'tool.attempted', key: 'a', tool: 'search', attempt: 1, code: 'timeout' } });
    run.record({ meta: { kind: 'tool.started', ...call, attempt: 2 } });
    expect(committed(run.views.of(spending)).usd).toBe(0.5);
  });

  it('says what is left, never less than nothing', () => {
    const run = new FakeRun();
    begun(run, 'a');
    const state = run.views.of(spending);
    expect(remaining(state, { tokens: 100_000, usd: 2 })).toEqual({ tokens: 95_000, usd: 1.5 });
    expect(remaining(state, { tokens: 4_000, usd: 0.25 })).toEqual({ tokens: 0, usd: 0 });
    expect(remaining(state, { tokens: 100_000, usd: null })).toEqual({ tokens: 95_000, usd: null });
  });
});
