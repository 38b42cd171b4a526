import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type FakeProvider,
  startFakeAnthropic,
  startFakeOpenAi,
} from '../../../../../test/fakes/providers/index.ts';
import { toCallOptions } from '../../to-call-options.ts';
import { createModelRegistry, type ModelRegistry } from '../create-model-registry.ts';
import type { LostBatch } from './batch-interface.ts';
import type { ModelBatches } from './index.ts';

const ID = 'b0123456789abcdef';
const HOUR = 3_600_000;
const PLAIN = toCallOptions({
  prompt: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text: 'Where is A-1?' }] },
  ],
  maxOutputTokens: 64,
});
const WITH_TOOL = toCallOptions({
  prompt: [{ role: 'user', content: [{ type: 'text', text: 'Where is A-1?' }] }],
  tools: [{ name: 'lookUp', description: 'Looks up', inputSchema: { type: 'object', properties: {} } }],
});
const FORMATTED = toCallOptions({
  prompt: [{ role: 'user', content: [{ type: 'text', text: 'Where is A-1?' }] }],
  responseFormat: {
    type: 'json',
    schema: {
      type: 'object',
      properties: { place: { type: 'string' } },
      required: ['place'],
      additionalProperties: false,
    },
  },
});

const cases = [
  { name: 'openai/gpt-5-mini', start: () => startFakeOpenAi() },
  { name: 'anthropic/claude-sonnet-4-5', start: () => startFakeAnthropic() },
];

describe.each(cases)('the batches of $name', ({ name, start }) => {
  let fake: FakeProvider;
  let registry: ModelRegistry;
  let batches: ModelBatches;
  beforeEach(async () => {
    fake = await start();
    registry = createModelRegistry({ environment: fake.environment });
    batches = registry.batches(name) as ModelBatches;
  });
  afterEach(async () => {
    await registry.close();
    await fake.stop();
  });
  const submit = async (...all: (typeof PLAIN)[]) => {
    const calls = await Promise.all(all.map((options) => batches.toCall(options)));
    return batches.submit(
      ID,
      calls.map((call, number) => ({ ...call, id: `${ID}-${number}` })),
    );
  };
  const results = async (id: string) => {
    const progress = await batches.progress(id);
    if (!progress.ended) throw new Error('It has not ended.');
    return new Map(progress.results.map((result) => [result.id, result]));
  };

  it('carry what single calls send, and bring back what those would answer: texts, tool calls, objects', async () => {
    fake.reply({ text: 'In Bern.', usage: { inputTokens: 40, outputTokens: 4 } });
    fake.reply({ toolCalls: [{ name: 'lookUp', input: { order: 'A-1' } }] });
    fake.reply({ text: '{"place":"Bern"}' });
    const found = await results(await submit(PLAIN, WITH_TOOL, FORMATTED));
    const [text, call, object] = await Promise.all(
      [PLAIN, WITH_TOOL, FORMATTED].map((options, number) =>
        batches.toResponse(options, found.get(`${ID}-${number}`) ?? { status: 0, body: '' }),
      ),
    );
    expect(text).toMatchObject({
      content: [{ type: 'text', text: 'In Bern.' }],
      finishReason: 'stop',
      usage: { inputTokens: 40, outputTokens: 4 },
      model: name,
    });
    expect(call?.content).toEqual([
      expect.objectContaining({ type: 'tool-call', toolName: 'lookUp', input: { order: 'A-1' } }),
    ]);
    expect(object?.content).toMatchObject([{ type: 'text', text: '{"place":"Bern"}' }]);
    const [sent] = fake.batches.all[0]?.calls ?? [];
    expect(sent?.body).toMatchObject({ model: name.split('/')[1] });
    expect(sent?.body).not.toHaveProperty('stream');
    // The same call by itself.
    const model = await registry.resolve(name);
    fake.reply({ text: 'In Bern.' });
    await model.doGenerate(PLAIN);
    expect(fake.requests[0]?.body).toEqual(sent?.body);
  });

  it('are under way until they have ended', async () => {
    fake.batches.held = true;
    const id = await submit(PLAIN);
    expect(await batches.progress(id)).toEqual({ ended: false });
  });

  it('fail single calls as those would fail by themselves, and leave out what expired', async () => {
    fake.fault('refused', { status: 400 });
    fake.fault('server_error');
    const found = await results(await submit(PLAIN, PLAIN));
    const failures = [0, 1].map((number) =>
      batches.toResponse(PLAIN, found.get(`${ID}-${number}`) ?? { status: 0, body: '' }),
    );
    await expect(failures[0]).rejects.toMatchObject({ code: 'provider_refused', retryable: false });
    await expect(failures[1]).rejects.toMatchObject({ code: 'provider_unavailable', retryable: true });
    fake.batches.expiring = true;
    expect((await results(await submit(PLAIN))).size).toBe(0);
  });

  it('are found again when the answer was lost, and only then', async () => {
    const since = Date.now();
    const lost = { id: ID, since, calls: 1, others: new Set<string>() };
    expect(await batches.find(lost)).toBe('none');
    fake.reply({ text: 'In Bern.' });
    fake.batches.fault('lost');
    await expect(submit(PLAIN)).rejects.toMatchObject({ code: 'provider_unavailable' });
    await batches.progress('batch_1');
    expect(await batches.find(lost)).toEqual({ id: 'batch_1' });
    expect(await batches.find({ ...lost, id: 'b999' })).toBe('none');
  });

  it('are called off, and their calls are not answered any more', async () => {
    fake.batches.held = true;
    const id = await submit(PLAIN);
    await batches.cancel(id);
    expect(await batches.progress(id)).toEqual({ ended: true, results: [] });
    await expect(batches.cancel('batch_99')).rejects.toMatchObject({ code: 'provider_refused' });
  });

  it('are refused as a call is', async () => {
    fake.batches.fault('refused');
    await expect(submit(PLAIN)).rejects.toMatchObject({ code: 'provider_refused', retryable: false });
    fake.batches.fault('failed');
    await expect(submit(PLAIN)).rejects.toMatchObject({ code: 'provider_unavailable', retryable: true });
  });
});

describe('a lost batch of Anthropic that has not ended', () => {
  let fake: FakeProvider;
  let registry: ModelRegistry;
  let batches: ModelBatches;
  let id: string;
  let lost: LostBatch;
  beforeEach(async () => {
    fake = await startFakeAnthropic();
    registry = createModelRegistry({ environment: fake.environment });
    batches = registry.batches('anthropic/claude-sonnet-4-5') as ModelBatches;
    fake.batches.held = true;
    id = await batches.submit(ID, [{ ...(await batches.toCall(PLAIN)), id: `${ID}-0` }]);
    lost = { id: ID, since: Date.now(), calls: 1, others: new Set() };
  });
  afterEach(async () => {
    await registry.close();
    await fake.stop();
  });

  it('may be one of as many calls, of the same time', async () => {
    expect(await batches.find(lost)).toBe('likely');
  });

  it.each([
    ['is known to be another', () => ({ others: new Set([id]) })],
    ['has more calls or fewer', () => ({ calls: 2 })],
    ['was made long before', () => ({ since: Date.now() + HOUR })],
    ['was made long after', () => ({ since: Date.now() - HOUR })],
  ])('is not one that %s', async (_, told) => {
    expect(await batches.find({ ...lost, ...told() })).toBe('none');
  });
});

it('a provider without a batch interface has none', async () => {
  const registry = createModelRegistry({ environment: { MISTRAL_API_KEY: 'key' } });
  expect(registry.batches('mistral/mistral-small-latest')).toBeUndefined();
  await registry.close();
});
