import { expect } from 'vitest';
import { estimateTokens } from '../../src/pillars/budget/tokens/index.ts';
import { wired } from './wired.ts';

/** Reads a log page by page; eight pages are more than the window takes. */
const READER = `
import { agent, tool } from 'bulkhead';
import { z } from 'zod';

const readPage = tool({
  description: 'Reads a page of the log',
  inputSchema: z.object({ page: z.number() }),
  effect: 'read',
  execute: ({ page }) => 'Page ' + page + ': ' + Array.from({ length: 700 }, (_, line) => 'line ' + line).join(' '),
});

export const reader = agent({
  name: 'reader',
  instructions: 'Read the log.',
  model: 'openai/gpt-5-mini',
  tools: { readPage },
  window: { tokens: 8_192 },
});
`;

wired({
  gateway: 'model',
  control: 'window',
  holds: 'no prompt is larger than the window leaves room for, and what left it was summed up before',
  async scenario({ client, deploy, openai }) {
    await deploy(READER);
    let page = 0;
    openai.answer(({ body }) => {
      if (body.tools === undefined) return { text: 'The pages so far hold lines.' };
      page += 1;
      return page > 8 ? { text: 'Read.' } : { toolCalls: [{ name: 'readPage', input: { page } }] };
    });
    const run = await client.run('reader', 'Read all eight pages.');
    expect(run).toMatchObject({ status: 'succeeded', output: 'Read.' });
    for (const { body } of openai.requests) {
      const tokens = await estimateTokens([{ role: 'system', content: JSON.stringify(body.messages) }]);
      expect(tokens).toBeLessThanOrEqual(8_192);
    }
    const journal = await client.journal(run.id);
    expect(journal).toContainEqual(
      expect.objectContaining({ kind: 'model.completed', key: 'compact#1/model#1' }),
    );
    const last = JSON.stringify(openai.requests.at(-1)?.body.messages);
    expect(last).toContain('Read all eight pages.');
    expect(last).toContain('The pages so far hold lines.');
    expect(last).toContain('Page 8');
  },
});
