import { expect } from 'vitest';
import { wired } from './wired.ts';

const PROJECT = `
import { agent } from 'bulkhead';

const instructions = 'Help with orders. ' + 'Always be kind and brief to everybody who asks. '.repeat(150);

export const support = agent({ name: 'support', instructions, model: 'anthropic/claude-sonnet-4-5' });
export const other = agent({ name: 'other', instructions, model: 'openai/gpt-5-mini' });
`;

wired({
  gateway: 'model',
  control: 'prompt-cache',
  holds: 'providers are told what requests begin with alike, and what they had kept is counted and cheaper',
  async scenario({ client, deploy, anthropic, openai }) {
    await deploy(PROJECT);
    const counts = { inputTokens: 2_000, outputTokens: 10 };
    anthropic.reply({ text: 'Hello.', usage: { ...counts, cacheWriteTokens: 1_900 } });
    anthropic.reply({ text: 'Hello.', usage: { ...counts, cacheReadTokens: 1_900 } });
    const written = await client.run('support', 'Hello?');
    const read = await client.run('support', 'Anybody there?');
    expect(anthropic.requests.map(({ body }) => body.system)).toEqual(
      Array.from({ length: 2 }, () => [
        { type: 'text', text: expect.any(String), cache_control: { type: 'ephemeral' } },
      ]),
    );
    expect(await client.journal(read.id)).toContainEqual(
      expect.objectContaining({
        kind: 'model.completed',
        usage: expect.objectContaining({ inputTokens: 2_000, cacheReadTokens: 1_900 }),
      }),
    );
    expect(read.usd).toBeLessThan(written.usd / 3);

    openai.answer(() => ({ text: 'Hello.' }));
    await client.run('other', 'Hello?');
    await client.run('other', 'Anybody there?');
    const [one, two] = openai.requests.map(({ body }) => body.prompt_cache_key);
    expect(one).toMatch(/^[0-9a-f]{64}$/);
    expect(two).toBe(one);
  },
});
