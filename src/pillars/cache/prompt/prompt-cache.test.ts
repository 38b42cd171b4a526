import { expect, it } from 'vitest';
import { type ModelCallOverrides, modelCall, modelResponse } from '../../../../test/fakes/calls.ts';
import { FakeRun } from '../../../../test/fakes/step.ts';
import { promptCache } from './prompt-cache.ts';

/** What OpenAI is told which requests belong together. */
async function keyOf(overrides: ModelCallOverrides = {}): Promise<string | undefined> {
  let key: string | undefined;
  await promptCache().handle(modelCall(new FakeRun(), overrides), async ({ request }) => {
    key = request.promptCacheKey;
    return modelResponse();
  });
  return key;
}

it('puts requests of one definition together, and never those of two tenants', async () => {
  const own = await keyOf();
  expect(own).toMatch(/^[0-9a-f]{64}$/);
  expect(await keyOf({ facts: { id: 'run-2' } })).toBe(own);
  expect(await keyOf({ facts: { tenant: 'globex' } })).not.toBe(own);
  expect(await keyOf({ definition: { hash: 'b'.repeat(64) } })).not.toBe(own);
});

it('leaves the key of whoever names one', async () => {
  expect(await keyOf({ request: { promptCacheKey: 'mine' } })).toBe('mine');
});
