import { expect } from 'vitest';
import { wired } from './wired.ts';

const PROJECT = `
import { agent } from 'bulkhead';

export const support = agent({
  name: 'support',
  instructions: 'Help with orders.',
  model: 'openai/gpt-5-mini',
  cache: { exact: '1h' },
});
`;

wired({
  gateway: 'model',
  control: 'cache',
  holds:
    'a request that was answered is answered again without the provider, for nothing, and the journal says so',
  async scenario({ client, deploy, openai }) {
    await deploy(PROJECT);
    openai.answer(() => ({ text: 'We open at nine.', usage: { inputTokens: 1_000, outputTokens: 100 } }));
    const first = await client.run('support', 'When do you open?');
    const again = await client.run('support', 'When do you open?');
    expect(again).toMatchObject({ status: 'succeeded', output: 'We open at nine.' });
    expect(openai.requests).toHaveLength(1);
    expect(first.usd).toBeGreaterThan(0);
    expect(again.usd).toBe(0);
    expect(await client.journal(again.id)).toContainEqual(
      expect.objectContaining({
        ...{ kind: 'model.completed', cached: 'exact', source: first.id, usd: 0 },
        ...{ savedTokens: 1_100, savedUsd: first.usd },
      }),
    );
    expect((await client.run('support', 'When do you close?')).output).toBe('We open at nine.');
    expect(openai.requests).toHaveLength(2);
  },
});
