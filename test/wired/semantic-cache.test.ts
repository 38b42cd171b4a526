import { expect, vi } from 'vitest';
import { wired } from './wired.ts';

const PROJECT = `
import { agent } from 'bulkhead';

export const support = agent({
  name: 'support',
  instructions: 'Help with cards.',
  model: 'openai/gpt-5-mini',
  cache: { semantic: { ttl: '1h', sample: 0 } },
});

export const cards = agent({
  name: 'cards',
  instructions: 'Help with cards.',
  model: 'openai/gpt-5-mini',
  cache: { semantic: { ttl: '1h', sample: 0, maxWrong: 0.5 } },
});
`;

const REPLACED = [
  'I lost my card, how do I get a new one?',
  'How do I get a new card? Mine is lost',
  'My card was lost and I want to get a new one',
  'What do I do to get a new card when mine is lost?',
];

type Report = { uses: object[]; semantic: object[]; entries: object };

wired({
  gateway: 'model',
  control: 'semantic-cache',
  holds:
    'a question in other words is answered again, a near-miss is not, who finds a hit wrong ends them, and what several say is given once it is proven',
  async scenario({ client, deploy, openai }) {
    await deploy(PROJECT);
    openai.answer(({ text }) => ({ text: text.includes('block') ? 'Call us.' : 'In the app.' }));
    await client.run('support', 'How do I activate my card?');
    const again = await client.run('support', 'how can I activate the card please');
    expect(again).toMatchObject({ status: 'succeeded', output: 'In the app.' });
    expect(openai.requests).toHaveLength(1);
    expect((await client.run('support', 'How do I block my card?')).output).toBe('Call us.');
    expect(openai.requests).toHaveLength(2);
    // Who does it is not a courtesy, and how it is spelt is no other question.
    expect((await client.run('support', 'How do you activate my card?')).status).toBe('succeeded');
    expect(openai.requests).toHaveLength(3);
    expect((await client.run('support', 'Please tell me how to activate my card')).output).toBe(
      'In the app.',
    );
    expect(openai.requests).toHaveLength(3);

    const hit = (await client.journal(again.id)).find((entry) => entry.cached === 'semantic');
    expect(hit).toMatchObject({ similarity: expect.any(Number) });
    const marked = await client.send('POST', '/v1/cache/judgements', {
      ...{ run: again.id, key: hit?.key, wrong: true },
    });
    expect(marked.status).toBe(204);
    const { body } = await client.send<Report>('GET', '/v1/cache');
    expect(body).toMatchObject({
      semantic: [{ agent: 'cards' }, { agent: 'support', declaredThreshold: 0.9, judged: 1, wrong: 1 }],
      // What was found wrong is not given by meaning again.
      entries: { semantic: 2 },
    });

    for (const question of REPLACED) await client.run('cards', question);
    const lost = () => client.run('cards', 'How do I get a card? I lost mine');
    // Five right ones of five prove that fewer than half are wrong.
    for (let compared = 0; compared < 5; compared += 1) await lost();
    const asked = openai.requests.length;
    expect(asked).toBe(3 + REPLACED.length + 5);
    const agreed = await lost();
    expect(agreed.output).toBe('In the app.');
    expect(openai.requests).toHaveLength(asked);
    expect(await client.journal(agreed.id)).toContainEqual(
      expect.objectContaining({ cached: 'semantic', margin: expect.any(Number) }),
    );
  },
});

wired({
  gateway: 'model',
  control: 'semantic-cache',
  holds: 'what embeddings take counts in the budgets of tenants, and where it does not fit none is asked for',
  async scenario({ client, deploy, openai }) {
    const remote = "semantic: { embedding: 'openai/text-embedding-3-small', ";
    await deploy(PROJECT.replaceAll('semantic: { ', remote));
    const set = (amount: number) =>
      client.send('PUT', '/v1/budgets', { agent: 'support', period: 'month', unit: 'tokens', amount });
    const budget = async () => {
      type Budgets = { budgets: { spent: number; left: number }[] };
      return (await client.send<Budgets>('GET', '/v1/budgets')).body.budgets[0];
    };
    const becomes = (shown: object) =>
      vi.waitFor(async () => expect(await budget()).toMatchObject(shown), { timeout: 10_000 });
    await set(100_000);
    const usage = { inputTokens: 100, outputTokens: 10 };
    openai.answer(() => ({ text: 'In the app.', usage }));
    expect((await client.run('support', 'How do I activate my card?')).status).toBe('succeeded');
    expect(openai.embedded).toHaveLength(1);
    await becomes({ spent: 117 });
    expect((await client.run('support', 'how can I activate the card please')).status).toBe('succeeded');
    expect(openai.requests).toHaveLength(1);
    await becomes({ spent: 124 });

    await set(125);
    // What the worker leased before lies idle first, and then is given back.
    await becomes({ left: 1 });
    const refused = await client.run('support', 'how can I activate the card please');
    expect(refused).toMatchObject({ status: 'failed', error: { code: 'budget_exceeded' } });
    expect(openai.embedded).toHaveLength(2);
  },
});
