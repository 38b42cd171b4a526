import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect } from 'vitest';
import { wired } from './wired.ts';

const SURVEY = `
import { workflow } from 'bulkhead';
import { z } from 'zod';

export const survey = workflow({
  name: 'survey',
  inputSchema: z.array(z.string()),
  model: 'openai/gpt-5-mini',
  run: async (questions, context) => {
    const branches = questions.map((prompt) => [prompt, async (branch) => (await branch.generate({ prompt })).text]);
    return Object.values(await context.all(Object.fromEntries(branches)));
  },
});
`;

const folder = mkdtempSync(join(tmpdir(), 'bulkhead-models-'));
const models = join(folder, 'models.json');
writeFileSync(models, JSON.stringify({ providers: { openai: { concurrency: 1 } } }));
afterAll(() => rm(folder, { recursive: true, force: true }));

wired({
  gateway: 'model',
  control: 'concurrency',
  holds: 'no more calls are under way at a provider than the operator allows, and all get their turn',
  world: { environment: { BULKHEAD_MODELS: models } },
  async scenario({ client, deploy, openai }) {
    await deploy(SURVEY);
    let underWay = 0;
    let most = 0;
    openai.answer(async () => {
      underWay += 1;
      most = Math.max(most, underWay);
      await sleep(250);
      underWay -= 1;
      return { text: 'Yes.' };
    });
    const run = await client.run('survey', ['one', 'two', 'three', 'four']);
    expect(run).toMatchObject({ status: 'succeeded', output: Array(4).fill('Yes.') });
    expect(most).toBe(1);
  },
});
