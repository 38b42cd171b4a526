import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { wired } from './wired.ts';

const SURVEY = `
import { workflow } from 'bulkhead';
import { z } from 'zod';

export const survey = workflow({
  name: 'survey',
  inputSchema: z.number(),
  model: 'openai/gpt-5-mini',
  budget: { tokens: 20_000 },
  run: async (questions, context) => {
    const branches = Array.from({ length: questions }, (_, at) => [
      'line-' + at,
      async (branch) => (await branch.generate({ prompt: 'Is line ' + at + ' up?' })).text,
    ]);
    return Object.values(await context.all(Object.fromEntries(branches)));
  },
});
`;

wired({
  gateway: 'model',
  control: 'budget-room',
  holds:
    'calls side by side, of which each may take a fifth of the budget and takes little, all get an answer',
  async scenario({ client, deploy, openai }) {
    await deploy(SURVEY);
    openai.answer(async () => {
      await sleep(50);
      return { text: 'Yes.', usage: { inputTokens: 20, outputTokens: 5 } };
    });
    const run = await client.run('survey', 12);
    expect(run).toMatchObject({ status: 'succeeded', output: Array(12).fill('Yes.') });
    expect(openai.requests).toHaveLength(12);
  },
});
