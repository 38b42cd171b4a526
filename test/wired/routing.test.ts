import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { wired } from './wired.ts';

let folder: string;
const environment: Record<string, string> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-models-'));
  environment.BULKHEAD_MODELS = join(folder, 'models.json');
  await writeFile(
    environment.BULKHEAD_MODELS,
    JSON.stringify({ models: { 'anthropic/*': { regions: ['eu'] } } }),
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const RECORDS = `
import { agent } from 'bulkhead';

export const records = agent({
  name: 'records',
  instructions: 'Answer from the record.',
  model: { small: 'openai/gpt-5-mini', large: 'anthropic/claude-sonnet-5' },
  residency: ['eu'],
});
export const strict = agent({
  name: 'strict',
  instructions: 'Answer from the record.',
  model: 'openai/gpt-5-mini',
  residency: ['eu'],
});
`;

wired({
  gateway: 'model',
  control: 'routing',
  holds: 'data stays in its region: a model that may be elsewhere is not asked, and the journal says why',
  world: { environment },
  async scenario({ client, deploy, openai, anthropic }) {
    await deploy(RECORDS);
    openai.answer(() => ({ text: 'From somewhere.' }));
    anthropic.answer(() => ({ text: 'From the record.' }));
    const run = await client.run('records', 'What is my blood type?');
    expect(run).toMatchObject({ status: 'succeeded', output: 'From the record.' });
    expect(await client.journal(run.id)).toContainEqual(
      expect.objectContaining({
        kind: 'model.routed',
        model: 'anthropic/claude-sonnet-5',
        tier: 'large',
        rules: ['residency'],
      }),
    );
    const refused = await client.run('strict', 'What is my blood type?');
    expect(refused).toMatchObject({ status: 'failed', error: { code: 'no_model_allowed' } });
    expect(openai.requests).toEqual([]);
  },
});
