import { describe, expect, it } from 'vitest';
import type { EntryMeta } from '../../../contract/entry.ts';
import { NO_USAGE } from '../../../contract/usage.ts';
import { chargesOf } from './charges-of-frames.ts';

const started = (key: string, attempt = 1): EntryMeta => ({
  kind: 'model.started',
  ...{ key, attempt, model: 'openai/m', reservedTokens: 100, reservedUsd: 0.5 },
});
const completed = (
  key: string,
  more: Partial<Extract<EntryMeta, { kind: 'model.completed' }>>,
): EntryMeta => ({
  ...{ kind: 'model.completed', key, outcome: 'ok', durationMs: 1 },
  ...more,
});
const costsOf = (...metas: EntryMeta[]) =>
  chargesOf(metas.map((meta, index) => ({ ...meta, at: index }))).map(({ at, costs }) => [
    at,
    costs.nano_usd,
    costs.tokens,
  ]);
const usage = { ...NO_USAGE, inputTokens: 20, outputTokens: 10 };

describe('what calls were charged, by the journal', () => {
  it('is what they cost, and all that was set aside where nobody wrote that down', () => {
    expect(
      costsOf(
        started('a'),
        started('b'),
        completed('a', { usage, usd: 0.1 }),
        {
          kind: 'tool.started',
          key: 't',
          tool: 'x',
          attempt: 1,
          idempotencyKey: '',
          inputHash: '',
          usd: 0.25,
        },
        { kind: 'tool.started', key: 'u', tool: 'y', attempt: 1, idempotencyKey: '', inputHash: '' },
      ),
    ).toEqual([
      [0, 100_000_000, 30],
      [1, 500_000_000, 100],
      [3, 250_000_000, 0],
    ]);
  });

  it('counts each attempt, at what it was settled', () => {
    const attempted = { kind: 'model.attempted' as const, key: 'a', attempt: 1, model: 'openai/m' };
    expect(
      costsOf(
        started('a'),
        { ...attempted, code: 'provider_refused', tokens: 0, usd: 0 },
        started('a', 2),
        completed('a', { usage }),
      ),
    ).toEqual([
      [0, 0, 0],
      [2, 500_000_000, 30],
    ]);
  });

  it('counts a call in full that ended without a count, and one before these entries not at all', () => {
    expect(
      costsOf(completed('z', { usage, usd: 9 }), started('a'), completed('a', { outcome: 'error' })),
    ).toEqual([[1, 500_000_000, 100]]);
  });

  it('counts what looking for an earlier answer cost, where no model was asked', () => {
    const hit = { usage: { ...NO_USAGE, inputTokens: 7 }, usd: 0.001, cached: 'semantic' as const };
    expect(costsOf(started('a'), completed('b', hit), completed('c', { ...hit, cached: 'exact' }))).toEqual([
      [0, 500_000_000, 100],
      [1, 1_000_000, 7],
    ]);
  });
});
