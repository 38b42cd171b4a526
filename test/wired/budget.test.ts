import { expect } from 'vitest';
import { support } from './projects.ts';
import { wired } from './wired.ts';

const lookUp = { toolCalls: [{ name: 'lookUp', input: { order: 'A-1' } }] };

wired({
  gateway: 'model',
  control: 'budget',
  holds: 'a model call that may not fit into the tokens that are left is not made',
  async scenario({ client, deploy, openai }) {
    await deploy(support({ budget: '{ tokens: 3_000 }' }));
    openai.reply({ ...lookUp, usage: { inputTokens: 2_800, outputTokens: 100 } });
    openai.answer(() => ({ text: 'It is on its way.' }));
    const run = await client.run('support', 'Where is A-1?');
    expect(run).toMatchObject({ status: 'failed', error: { code: 'budget_exceeded' } });
    expect(openai.requests).toHaveLength(1);
  },
});

wired({
  gateway: 'model',
  control: 'budget',
  holds:
    'a model call that may cost more than the dollars that are left is not made, and what was spent is shown',
  async scenario({ client, deploy, openai }) {
    await deploy(support({ budget: '{ usd: 0.01, tokens: 10_000_000 }' }));
    openai.reply({ ...lookUp, usage: { inputTokens: 39_000, outputTokens: 100 } });
    openai.answer(() => ({ text: 'It is on its way.' }));
    const run = await client.run('support', 'Where is A-1?');
    expect(run).toMatchObject({ status: 'failed', error: { code: 'budget_exceeded' } });
    expect(run.usd).toBeGreaterThan(0.009);
    expect(run.usd).toBeLessThanOrEqual(0.01);
    expect(openai.requests).toHaveLength(1);
  },
});
