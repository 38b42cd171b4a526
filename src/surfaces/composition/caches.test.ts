import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HttpRequest, sendJson, serve } from '../../../test/fakes/http/serve.ts';
import { systemClock } from '../../contract/clock.ts';
import { BulkheadError } from '../../contract/errors.ts';
import { KeyRing } from '../../foundation/vault/index.ts';
import { createModelRegistry } from '../../gateways/model/provider/index.ts';
import { chargedNothing } from '../../pillars/budget/index.ts';
import { loadPriceBook } from '../../pillars/budget/price/index.ts';
import type { KillSwitch } from '../../pillars/policy/index.ts';
import { createCaches } from './caches.ts';

const signal = new AbortController().signal;
const asked: HttpRequest[] = [];
const off: KillSwitch[] = [];
let failing: number | undefined;
let server: Awaited<ReturnType<typeof serve>>;
let registry: ReturnType<typeof createModelRegistry>;
let caches: ReturnType<typeof createCaches>;
beforeAll(async () => {
  server = await serve((request, response) => {
    asked.push(request);
    if (failing !== undefined) return sendJson(response, failing, { error: { message: 'No.' } });
    const { input } = request.body as { input: string[] };
    const data = input.map((text, index) => ({ object: 'embedding', index, embedding: [text.length, 1] }));
    sendJson(response, 200, { object: 'list', data, usage: { prompt_tokens: 7, total_tokens: 7 } });
  });
  registry = createModelRegistry({
    environment: { OPENAI_API_KEY: 'sk-fake', OPENAI_BASE_URL: `${server.url}/v1` },
  });
  const nothing = async () => undefined;
  caches = createCaches({
    // Embedders ask no database.
    pool: new pg.Pool(),
    keys: new KeyRing(Buffer.alloc(32), { ofTenant: nothing, ofStream: nothing }),
    models: registry,
    prices: await loadPriceBook(),
    killSwitches: { current: async () => off },
    clock: systemClock,
    log: () => {},
  });
});
afterAll(async () => {
  await registry?.close();
  await server?.stop();
});

describe('an embedder', () => {
  it('of a provider is asked over HTTP, with its key, and has its price', async () => {
    const embedder = caches.embedderOf('openai/text-embedding-3-small');
    const { vectors, tokens } = await embedder.embed(['one', 'three'], signal);
    expect(vectors).toEqual([Float32Array.of(3, 1), Float32Array.of(5, 1)]);
    expect(tokens).toBe(7);
    // What is set aside is never less than a provider counts.
    expect(embedder.tokensAtMost(['one', 'drei 🦊'])).toBe(3 + 9 + 2 * 4);
    expect(asked[0]).toMatchObject({
      path: '/v1/embeddings',
      headers: { authorization: 'Bearer sk-fake' },
      body: { model: 'text-embedding-3-small', input: ['one', 'three'] },
    });
    expect(embedder.priceOf(1_000_000)).toBeCloseTo(0.02, 5);
    expect(caches.embedderOf('openai/no-such-embedding').priceOf(1)).toBeUndefined();
  });

  it('that is switched off, has no key or is none is not asked', async () => {
    const before = asked.length;
    off.push({
      tenant: null,
      target: 'model:openai/text-embedding-3-small',
      reason: 'r',
      setBy: 'a',
      setAt: 0,
    });
    const codeOf = (name: string) =>
      caches
        .embedderOf(name)
        .embed(['one'], signal)
        .catch((error: unknown) => (BulkheadError.isInstance(error) ? error.code : error));
    expect(await codeOf('openai/text-embedding-3-small')).toBe('switched_off');
    off.length = 0;
    expect(await codeOf('google/text-embedding-005')).toBe('missing_key');
    expect(await codeOf('anthropic/claude-haiku-4-5')).toBe('unknown_model');
    expect(asked).toHaveLength(before);
  });

  it('says of a failure whether it may have cost something', async () => {
    failing = 429;
    const embedder = caches.embedderOf('openai/text-embedding-3-small');
    const failed = await embedder.embed(['one'], signal).catch((error: unknown) => error);
    failing = undefined;
    expect(failed).toMatchObject({ code: 'provider_rate_limited' });
    expect(chargedNothing(failed)).toBe(true);
  });

  it('in process needs nothing and costs nothing', async () => {
    const local = caches.embedderOf('local');
    expect(local.priceOf(1_000)).toBe(0);
    expect(local.tokensAtMost(['one'])).toBe(0);
    expect((await local.embed(['one'], signal)).tokens).toBe(0);
  });
});
