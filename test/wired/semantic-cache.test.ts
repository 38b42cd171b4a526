import { expect } from 'vitest';
import { wired } from './wired.ts';

const PROJECT = `
import { agent } from 'bulkhead';

export const support = agent({
  name: 'support',
  instructions: 'Help with cards.',
  model: 'openai/gpt-5-mini',
  cache: { semantic: { ttl: '1h', sample: 0 } },
});
`;

type Report = { uses: object[]; semantic: object[]; entries: object };

wired({
  gateway: 'model',
  control: 'semantic-cache',
  holds:
    'a question in other words is answered again, a near-miss is not, and who finds a hit wrong ends them',
  async scenario({ client, deploy, openai }) {
    await deploy(PROJECT);
    openai.answer(({ text }) => ({ text: text.includes('block') ? 'Call us.' : 'In the app.' }));
    await client.run('support', 'How do I activate my card?');
    const again = await client.run('support', 'how can I activate the card please');
    expect(again).toMatchObject({ status: 'succeeded', output: 'In the app.' });
    expect(openai.requests).toHaveLength(1);
    expect((await client.run('support', 'How do I block my card?')).output).toBe('Call us.');
    expect(openai.requests).toHaveLength(2);

    const hit = (await client.journal(again.id)).find((entry) => entry.cached === 'semantic');
    expect(hit).toMatchObject({ similarity: expect.any(Number) });
    const marked = await client.send('POST', '/v1/cache/judgements', {
      ...{ run: again.id, key: hit?.key, wrong: true },
    });
    expect(marked.status).toBe(204);
    const { body } = await client.send<Report>('GET', '/v1/cache');
    expect(body).toMatchObject({
      semantic: [{ agent: 'support', declaredThreshold: 0.9, judged: 1, wrong: 1 }],
      entries: { semantic: 2 },
    });
  },
});
