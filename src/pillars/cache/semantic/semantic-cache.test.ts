import { beforeEach, describe, expect, it } from 'vitest';
import { type FakeCaches, fakeCaches, localEmbedder } from '../../../../test/fakes/caches.ts';
import { type ModelCallOverrides, modelCall, modelResponse } from '../../../../test/fakes/calls.ts';
import { ManualClock } from '../../../../test/fakes/manual-clock.ts';
import { FakeRun } from '../../../../test/fakes/step.ts';
import type { ResolvedModelCaching } from '../../../contract/cache.ts';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { semanticCache } from './semantic-cache.ts';

type Policy = NonNullable<ResolvedModelCaching['semantic']>;
const DECLARED: Policy = { ttl: 3_600_000, threshold: 0.8, embedding: 'local', maxWrong: 0.01, sample: 0 };
const FIRST = 'How do I activate my card?';
const ALIKE = 'how can I activate the card please';

let clock: ManualClock;
let caches: FakeCaches;
let cache: ReturnType<typeof semanticCache>;
let asked: string[];
let answer: () => ModelResponse;
beforeEach(() => {
  clock = new ManualClock();
  caches = fakeCaches({ clock });
  cache = semanticCache({ ...caches, guardVersion: '1' });
  asked = [];
  answer = () => modelResponse({ content: [{ type: 'text', text: 'In the app, under Cards.' }], usd: 0.01 });
});

let runs = 0;
function call(question: string, policy: Partial<Policy> = {}, overrides: ModelCallOverrides = {}): ModelCall {
  runs += 1;
  return modelCall(new FakeRun(clock), {
    ...overrides,
    definition: { cache: { semantic: { ...DECLARED, ...policy } }, ...overrides.definition },
    facts: { id: `run-${runs}` },
    request: {
      prompt: [
        { role: 'system', content: 'Help with cards.' },
        { role: 'user', content: [{ type: 'text', text: question }] },
      ],
      ...overrides.request,
    },
  });
}
const ask = (made: ModelCall) =>
  cache.handle(made, async ({ request }) => {
    asked.push(JSON.stringify(request.prompt.at(-1)));
    return answer();
  });

describe('the semantic cache', () => {
  it('answers a question that was asked in other words, and logs the hit', async () => {
    const first = call(FIRST);
    await ask(first);
    const made = call(ALIKE);
    const response = await ask(made);
    expect(asked).toHaveLength(1);
    expect(response).toMatchObject({
      content: [{ text: 'In the app, under Cards.' }],
      usd: 0,
      cached: { kind: 'semantic', run: first.run.id, similarity: expect.any(Number), savedUsd: 0.01 },
    });
    expect(caches.logged).toMatchObject([{ run: made.run.id, source: first.run.id, served: true }]);
    expect(caches.asked).toEqual(['semantic miss', 'semantic hit']);
  });

  it.each([
    ['one word is another', 'How do I block my card?'],
    ['a number is there', 'How do I activate my 2 cards?'],
    ['it is denied', 'How do I not activate my card?'],
    ['a name is there', 'How do I activate my card, Anna?'],
  ])('asks when %s, however alike the embedder finds them', async (_, question) => {
    const blind = { ...localEmbedder, embed: async () => ({ vectors: [Float32Array.of(1, 0)], tokens: 0 }) };
    cache = semanticCache({ ...fakeCaches({ clock, embedder: blind }), guardVersion: '1' });
    await ask(call(FIRST));
    await ask(call(question));
    expect(asked).toHaveLength(2);
  });

  it('shows the embedder the plainest way to ask, so that spelling and courtesy put no question far away', async () => {
    const shown: string[] = [];
    const embed = async ([text = '']: readonly string[]) => {
      shown.push(text.trim());
      return { vectors: [Float32Array.of(1, 0)], tokens: 0 };
    };
    cache = semanticCache({
      ...fakeCaches({ clock, embedder: { ...localEmbedder, embed } }),
      guardVersion: '1',
    });
    await ask(call('Can you tell me how to top-up my card'));
    await ask(call('how to topup my card'));
    expect(shown).toEqual(['how to top up my card', 'how to top up my card']);
    expect(asked).toHaveLength(1);
  });

  it('asks when the embedder finds the same words not alike', async () => {
    let turn = 0;
    const embed = async () => {
      turn += 1;
      return { vectors: [turn === 1 ? Float32Array.of(1, 0) : Float32Array.of(0.7, 0.7)], tokens: 0 };
    };
    cache = semanticCache({
      ...fakeCaches({ clock, embedder: { ...localEmbedder, embed } }),
      guardVersion: '1',
    });
    await ask(call(FIRST));
    await ask(call(ALIKE));
    expect(asked).toHaveLength(2);
  });

  it.each<[string, ModelCallOverrides]>([
    ['another model', { model: 'openai/gpt-5' }],
    ['another version', { definition: { hash: 'b'.repeat(64), cache: { semantic: DECLARED } } }],
    ['other tools', { request: { tools: [{ name: 'f', description: 'F', inputSchema: {} }] } }],
    [
      'another system prompt',
      {
        request: {
          prompt: [
            { role: 'system', content: 'Help with loans.' },
            { role: 'user', content: [{ type: 'text', text: ALIKE }] },
          ],
        },
      },
    ],
    [
      'a conversation',
      {
        request: {
          prompt: [
            { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
            { role: 'assistant', content: [{ type: 'text', text: 'Hello!' }] },
            { role: 'user', content: [{ type: 'text', text: ALIKE }] },
          ],
        },
      },
    ],
  ])('compares with no question to %s', async (_, difference) => {
    await ask(call(FIRST));
    await ask(call(ALIKE, {}, difference));
    expect(asked).toHaveLength(2);
  });

  it('serves nothing to a run that has asked for a tool with effects', async () => {
    await ask(call(FIRST));
    const run = new FakeRun(clock);
    run.record({
      meta: {
        ...{ kind: 'tool.requested', key: 'main/t', tool: 'refund', effect: 'write', risk: [] },
        ...{ toolCallId: 'c', inputHash: 'h' },
      },
    });
    const { step } = modelCall(run);
    await ask({ ...call(ALIKE), step });
    expect(asked).toHaveLength(2);
  });

  it('serves no hit that it cannot log', async () => {
    await ask(call(FIRST));
    const log = async () => Promise.reject(new Error('the database is away'));
    cache = semanticCache({ ...caches, hits: { ...caches.hits, log }, guardVersion: '1' });
    await ask(call(ALIKE));
    expect(asked).toHaveLength(2);
  });

  it('charges what the embedding costs, and asks no embedder of unknown price under a budget in dollars', async () => {
    const embedder = {
      ...localEmbedder,
      priceOf: (tokens: number) => tokens * 0.001,
      embed: async () => ({ vectors: [Float32Array.of(1)], tokens: 5 }),
    };
    cache = semanticCache({ ...fakeCaches({ clock, embedder }), guardVersion: '1' });
    await ask(call(FIRST));
    expect(await ask(call(ALIKE))).toMatchObject({ usage: { inputTokens: 5, outputTokens: 0 }, usd: 0.005 });
    const unpriced = { ...embedder, priceOf: () => undefined, embed: async () => expect.unreachable() };
    cache = semanticCache({ ...fakeCaches({ clock, embedder: unpriced }), guardVersion: '1' });
    await ask(call(ALIKE, {}, { budget: { usd: 1 } }));
    expect(asked).toHaveLength(2);
  });

  it('goes on without an embedder that no budget has room for, and asks none that costs nothing for room', async () => {
    const wished: object[] = [];
    const spendOnEmbeddings: FakeCaches['spendOnEmbeddings'] = async (_, worst) => void wished.push(worst);
    cache = semanticCache({ ...fakeCaches({ clock }), spendOnEmbeddings, guardVersion: '1' });
    await ask(call(FIRST));
    await ask(call(ALIKE));
    expect(asked).toHaveLength(1);
    const remote = { ...localEmbedder, tokensAtMost: () => 40, priceOf: (tokens: number) => tokens * 0.001 };
    const embedder = { ...remote, embed: async () => expect.unreachable() };
    cache = semanticCache({ ...fakeCaches({ clock, embedder }), spendOnEmbeddings, guardVersion: '1' });
    await ask(call(FIRST));
    expect(asked).toHaveLength(2);
    expect(wished).toEqual([{ tokens: 40, usd: 0.04 }]);
  });
});

describe('questions that agree', () => {
  const KEPT = [
    'How do I activate my new card?',
    'Where can I activate the card I got?',
    'I got a new card, how do I activate it now?',
    'My card is new and I cannot activate it',
  ];
  const ASKED = 'I got a card, now how do I activate it?';
  const policy: Partial<Policy> = { threshold: 1, maxWrong: 0.5, witnesses: { count: 4, margin: 0.26 } };
  /** Five right ones of five: fewer than half are wrong. */
  const prove = async (wrong = false) => {
    for (let at = 0; at < 5; at += 1) {
      const { hash } = call(ASKED).definition;
      const hit = { tenant: 'acme', run: `run-p${at}`, step: 's', agent: 'support', definition: hash };
      await caches.hits.log({ ...hit, similarity: 0.5, margin: 1, source: 'run-0', served: false, wrong });
    }
  };
  const keepAll = async (runs?: string) => {
    for (const question of KEPT)
      await ask({
        ...call(question, policy),
        ...(runs === undefined ? {} : { run: { ...call(question).run, id: runs } }),
      });
  };

  it('answer one that says much the same, and the hit says by what margin', async () => {
    await keepAll();
    await prove();
    const response = await ask(call(ASKED, policy));
    expect(response.cached).toMatchObject({ kind: 'semantic', margin: expect.any(Number) });
    expect(caches.logged.at(-1)).toMatchObject({ served: true, margin: response.cached?.margin });
    expect(asked).toHaveLength(KEPT.length);
  });

  it.each<[string, () => Promise<void>]>([
    [
      'when they are too few',
      async () => void (await Promise.all(KEPT.slice(1).map((q) => ask(call(q, policy))))),
    ],
    ['when all are of one run', () => keepAll('run-x')],
    [
      'when the nearest got another answer',
      async () => {
        await keepAll();
        answer = () => modelResponse({ content: [{ type: 'text', text: 'By post.' }] });
        await ask(call('I got a card, how do I activate it today?', policy));
      },
    ],
  ])('answer nothing %s', async (_, keep) => {
    await prove();
    await keep();
    const before = asked.length;
    await ask(call(ASKED, policy));
    expect(asked).toHaveLength(before + 1);
  });

  it('are only compared until it is proven that few of them are wrong', async () => {
    await keepAll();
    const response = await ask(call(ASKED, policy));
    expect(response.cached).toBeUndefined();
    expect(asked).toHaveLength(KEPT.length + 1);
    expect(caches.logged).toMatchObject([{ served: false, wrong: false, margin: expect.any(Number) }]);
    await prove(true);
    await ask(call(ASKED, policy));
    expect(asked).toHaveLength(KEPT.length + 2);
  });

  it('are not asked when nobody declares it', async () => {
    await keepAll();
    await prove();
    await ask(call(ASKED, { threshold: 1 }));
    expect(asked).toHaveLength(KEPT.length + 1);
  });
});

it.each([
  ['tag characters', '\u{E0069}\u{E0067}\u{E006E}'],
  ['a variation selector', '\u{E0101}'],
  ['a zero-width space', '\u200B'],
  ['a control character', '\u0007'],
])('a question with %s that nobody sees is neither answered nor kept', async (_, hidden) => {
  await ask(call(FIRST + hidden));
  await ask(call(ALIKE));
  await ask(call(ALIKE + hidden));
  expect(asked).toHaveLength(3);
});

describe('a sampled hit', () => {
  it('charges what the comparison of the answers costs', async () => {
    const embedder = {
      ...localEmbedder,
      priceOf: (tokens: number) => tokens * 0.001,
      embed: async (texts: readonly string[]) => ({
        vectors: texts.map(() => Float32Array.of(1)),
        tokens: 5 * texts.length,
      }),
    };
    cache = semanticCache({ ...fakeCaches({ clock, embedder }), guardVersion: '1' });
    await ask(call(FIRST));
    answer = () => modelResponse({ content: [{ type: 'text', text: 'Under Cards.' }], usd: 0.01 });
    expect((await ask(call(ALIKE, { sample: 1 }))).usd).toBeCloseTo(0.025, 6);
  });

  it('that was wrong is kept under its own words', async () => {
    const policy = { maxWrong: 0.5 };
    await ask(call(FIRST, policy));
    answer = () => modelResponse({ content: [{ type: 'text', text: 'Call us.' }] });
    await ask(call(ALIKE, { ...policy, sample: 1 }));
    caches.logged.length = 0;
    expect((await ask(call(ALIKE, policy))).content).toMatchObject([{ text: 'Call us.' }]);
    expect((await ask(call(FIRST, policy))).content).toMatchObject([{ text: 'In the app, under Cards.' }]);
    expect(asked).toHaveLength(2);
  });

  it('is not served: the model is asked, and counts as right when it says the same', async () => {
    await ask(call(FIRST));
    const response = await ask(call(ALIKE, { sample: 1 }));
    expect(response.cached).toBeUndefined();
    expect(asked).toHaveLength(2);
    expect(caches.logged).toMatchObject([{ served: false, wrong: false }]);
  });

  it.each([
    ['other words', 'Cards cannot be activated.'],
    ['another number', 'In the app, under Cards, option 3.'],
  ])(
    'is wrong when the model says %s; the threshold rises, and at last nothing is served',
    async (_, text) => {
      await ask(call(FIRST));
      answer = () => modelResponse({ content: [{ type: 'text', text }] });
      await ask(call(ALIKE, { sample: 1 }));
      expect(caches.logged).toMatchObject([{ served: false, wrong: true }]);
      // The very same words are still found; when they are wrong too, no threshold is left.
      await ask(call(FIRST, { sample: 1 }));
      expect(caches.logged).toHaveLength(2);
      expect(caches.off).toEqual([]);
      const before = asked.length;
      await ask(call(FIRST));
      await ask(call(ALIKE));
      expect(asked).toHaveLength(before + 2);
      expect(caches.off).toEqual([expect.objectContaining({ agent: 'support', judged: 2, wrong: 2 })]);
    },
  );
});
