import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { wired } from './wired.ts';

const MODEL = 'openai/gpt-5-mini';
const PROJECT = `
import { agent } from 'bulkhead';
export const support = agent({ name: 'support', instructions: 'Help with orders.', model: '${MODEL}' });
`;

const folder = mkdtempSync(join(tmpdir(), 'bulkhead-models-'));
const models = join(folder, 'models.json');
writeFileSync(models, JSON.stringify({ providers: { openai: { batch: { requests: 500, seconds: 0 } } } }));
afterAll(() => rm(folder, { recursive: true, force: true }));

wired({
  gateway: 'model',
  control: 'batch',
  holds:
    'a run of the lane batch waits without memory and is answered by its provider’s batch, at half the price',
  world: { environment: { BULKHEAD_MODELS: models } },
  async scenario({ client, deploy, openai }) {
    await deploy(PROJECT);
    openai.batches.held = true;
    openai.answer(() => ({ text: 'It left.', usage: { inputTokens: 1_000, outputTokens: 100 } }));
    const waiting = await client.run('support', 'Where is A-1?', { lane: 'batch' });
    expect(waiting).toMatchObject({
      status: 'waiting',
      waitingFor: [{ for: 'provider-batch', model: MODEL }],
    });
    openai.batches.held = false;
    const run = await client.until(waiting.id, ['succeeded', 'failed'], 30_000);
    expect(run).toMatchObject({ status: 'succeeded', output: 'It left.' });
    const full = await client.run('support', 'Where is A-1?');
    expect(run.usd).toBeGreaterThan(0);
    expect(run.usd).toBeCloseTo(full.usd / 2, 10);
    expect(await client.journal(run.id)).toContainEqual(
      expect.objectContaining({
        kind: 'model.completed',
        usd: run.usd,
        price: expect.objectContaining({ multiplier: 0.5 }),
      }),
    );
    // One call in the batch, and the other by itself.
    expect(openai.batches.all.map(({ calls }) => calls.length)).toEqual([1]);
    expect(openai.requests).toHaveLength(1);
  },
});
