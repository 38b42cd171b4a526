import { describe, expect, it } from 'vitest';
import { modelCall } from '../../../../test/fakes/calls.ts';
import { FakeRun } from '../../../../test/fakes/step.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import { embeddingBudget } from './embedding-budget.ts';
import type { Needs, SpendLimit } from './spend-limit.ts';

const limit: SpendLimit = {
  ...{ tenant: 'acme', agent: '', period: 'month', unit: 'nano_usd' },
  ...{ amount: 1_000_000_000, whenSpent: 'wait' },
};
const worst = { tokens: 50, usd: 0.001 };

function budgetOf({ limits = [limit], hasRoom = true }: { limits?: SpendLimit[]; hasRoom?: boolean } = {}) {
  const held: Needs[] = [];
  const settled: Needs[] = [];
  const patiences: unknown[] = [];
  const spend = embeddingBudget({
    limits: { of: async () => limits },
    ledger: {
      async hold(_, needs, { patience }) {
        patiences.push(patience);
        if (!hasRoom) return { held: false, limit, ends: 0, taken: 0 };
        held.push(needs);
        return { held: true, settle: (costs) => void settled.push(costs) };
      },
    },
  });
  return { spend, held, settled, patiences };
}
const ask = async () => ({ tokens: 7, usd: 0.0001 });

describe('what tenants may spend on embeddings', () => {
  it('is set aside at its worst, and settled with what it cost', async () => {
    const { spend, held, settled } = budgetOf();
    expect(await spend(modelCall(new FakeRun()), worst, ask)).toMatchObject({ tokens: 7 });
    expect(held).toEqual([{ nano_usd: 1_000_000, tokens: 50 }]);
    expect(settled).toEqual([{ nano_usd: 100_000, tokens: 7 }]);
  });

  it('is not waited for: where there is no room nothing is asked', async () => {
    const { spend, patiences } = budgetOf({ hasRoom: false });
    expect(await spend(modelCall(new FakeRun()), worst, async () => expect.unreachable())).toBeUndefined();
    expect(patiences).toEqual([0]);
  });

  it('is not spent at an unknown price, where a budget is in dollars', async () => {
    const unknown = { tokens: 50, usd: undefined };
    const call = modelCall(new FakeRun());
    const none = await budgetOf().spend(call, unknown, async () => expect.unreachable());
    expect(none).toBeUndefined();
    const { spend, held } = budgetOf({ limits: [{ ...limit, unit: 'tokens' }] });
    expect(await spend(call, unknown, ask)).toMatchObject({ tokens: 7 });
    expect(held).toEqual([{ nano_usd: 0, tokens: 50 }]);
  });

  it.each([
    ['provider_refused', { nano_usd: 0, tokens: 0 }],
    ['provider_bad_response', { nano_usd: 1_000_000, tokens: 50 }],
  ])('is settled after %s as a model call would be', async (code, charge) => {
    const { spend, settled } = budgetOf();
    const failing = () => Promise.reject(new BulkheadError({ code, message: 'It failed.' }));
    await expect(spend(modelCall(new FakeRun()), worst, failing)).rejects.toMatchObject({ code });
    expect(settled).toEqual([charge]);
  });

  it('costs nobody anything where there is no budget', async () => {
    const { spend, held } = budgetOf({ limits: [] });
    expect(await spend(modelCall(new FakeRun()), { tokens: 5, usd: undefined }, ask)).toBeDefined();
    expect(held).toEqual([]);
  });
});
