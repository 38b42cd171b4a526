import { describe, expect, it } from 'vitest';
import { createModelRegistry } from './create-model-registry.ts';

/** What a registry sent, without sending it. */
async function sent(environment: Record<string, string>, name: string) {
  const requests: { url: string; headers: Headers }[] = [];
  const registry = createModelRegistry({
    environment,
    fetch: async (url, init) => {
      requests.push({ url: String(url), headers: new Headers(init?.headers) });
      return new Response('{}', { status: 500 });
    },
  });
  const model = await registry.resolve(name);
  await Promise.resolve(
    model.doStream({ prompt: [{ role: 'user', content: [{ type: 'text', text: 'x' }] }] }),
  ).catch(() => {});
  return { ...requests[0], modelId: model.modelId };
}

const failure = (name: string, environment: Record<string, string | undefined> = {}) => {
  try {
    createModelRegistry({ environment }).check(name);
  } catch (error) {
    return error;
  }
  return undefined;
};

describe('names of models', () => {
  it.each([
    ['gpt-5-mini', 'It names no provider.'],
    ['opnai/gpt-5-mini', 'There is no provider "opnai".'],
    ['openai/', 'It names no model.'],
    ['local/x', 'write "local" alone'],
    ['google/../../v1beta/cachedContents', 'No model has'],
    ['google/x?alt=media', 'No model has'],
    ['google/%2e%2e/files', 'No model has'],
  ])('says what is wrong with "%s"', (name, reason) => {
    expect(failure(name)).toMatchObject({ message: expect.stringContaining(reason) });
  });

  it.each(['gpt-5-mini', 'opnai/gpt-5-mini', 'openai/', '/x', 'local/x', ''])(
    'refuses "%s", naming the providers',
    (name) => {
      expect(failure(name)).toMatchObject({
        code: 'unknown_model',
        message: expect.stringContaining(
          'openai, anthropic, google, mistral, ollama, openai-compatible, local',
        ),
      });
    },
  );

  it.each([
    ['openai/x', 'OPENAI_API_KEY'],
    ['anthropic/x', 'ANTHROPIC_API_KEY'],
    ['google/x', 'GOOGLE_GENERATIVE_AI_API_KEY'],
    ['mistral/x', 'MISTRAL_API_KEY'],
  ])('refuses %s without %s, naming the variable', (name, variable) => {
    expect(failure(name)).toMatchObject({
      code: 'missing_key',
      message: expect.stringContaining(variable),
      details: { variable },
    });
    expect(failure(name, { [variable]: '  ' })).toMatchObject({ code: 'missing_key' });
    expect(failure(name, { [variable]: 'k' })).toBeUndefined();
  });

  it("needs no key for Ollama and for a server of one's own", () => {
    expect(failure('ollama/llama3')).toBeUndefined();
    expect(
      failure('openai-compatible/x', { BULKHEAD_OPENAI_COMPATIBLE_URL: 'http://host/v1' }),
    ).toBeUndefined();
  });

  it("needs an address for a server of one's own", () => {
    expect(failure('openai-compatible/x')).toMatchObject({
      code: 'missing_base_url',
      message: expect.stringContaining('BULKHEAD_OPENAI_COMPATIBLE_URL'),
    });
  });

  it('refuses an address that is none', () => {
    const environment = { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'localhost:8000' };
    expect(failure('openai/x', environment)).toMatchObject({
      code: 'invalid_base_url',
      details: { variable: 'OPENAI_BASE_URL' },
    });
  });

  it('throws from resolve what check throws', async () => {
    await expect(createModelRegistry({ environment: {} }).resolve('openai/x')).rejects.toMatchObject({
      code: 'missing_key',
    });
  });
});

describe('where a model is', () => {
  it('speaks Chat Completions to OpenAI', async () => {
    const { url, headers, modelId } = await sent({ OPENAI_API_KEY: 'k1' }, 'openai/gpt-5-mini');
    expect(url).toBe('https://api.openai.com/v1/chat/completions');
    expect(headers?.get('authorization')).toBe('Bearer k1');
    expect(modelId).toBe('gpt-5-mini');
  });

  it.each([
    ['anthropic/m', { ANTHROPIC_API_KEY: 'k' }, 'https://api.anthropic.com/v1/messages'],
    [
      'anthropic/m',
      { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'http://proxy/a' },
      'http://proxy/a/v1/messages',
    ],
    [
      'anthropic/m',
      { ANTHROPIC_API_KEY: 'k', ANTHROPIC_BASE_URL: 'http://proxy/a/v1/' },
      'http://proxy/a/v1/messages',
    ],
    [
      'openai/m',
      { OPENAI_API_KEY: 'k', OPENAI_BASE_URL: 'http://proxy/v1/' },
      'http://proxy/v1/chat/completions',
    ],
    ['mistral/m', { MISTRAL_API_KEY: 'k' }, 'https://api.mistral.ai/v1/chat/completions'],
    [
      'mistral/m',
      { MISTRAL_API_KEY: 'k', MISTRAL_BASE_URL: 'http://proxy/v1' },
      'http://proxy/v1/chat/completions',
    ],
    [
      'google/m',
      { GOOGLE_GENERATIVE_AI_API_KEY: 'k' },
      'https://generativelanguage.googleapis.com/v1beta/models/m:streamGenerateContent?alt=sse',
    ],
    [
      'google/m',
      { GOOGLE_GENERATIVE_AI_API_KEY: 'k', GOOGLE_GENERATIVE_AI_BASE_URL: 'http://proxy/g' },
      'http://proxy/g/models/m:streamGenerateContent?alt=sse',
    ],
    ['ollama/hf.co/a/b', {}, 'http://127.0.0.1:11434/v1/chat/completions'],
    ['ollama/m', { OLLAMA_BASE_URL: 'http://host:1' }, 'http://host:1/v1/chat/completions'],
  ])('asks %s with %o at %s', async (name, environment, url) => {
    expect((await sent(environment, name)).url).toBe(url);
  });

  it("never sends OpenAI's key to a server of one's own", async () => {
    const environment = {
      BULKHEAD_OPENAI_COMPATIBLE_URL: 'http://host/v1',
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: 'http://other/v1',
    };
    const { url, headers } = await sent(environment, 'openai-compatible/org/model');
    expect(url).toBe('http://host/v1/chat/completions');
    expect(headers?.has('authorization')).toBe(false);
    const keyed = await sent(
      { ...environment, BULKHEAD_OPENAI_COMPATIBLE_KEY: 'mine' },
      'openai-compatible/m',
    );
    expect(keyed.headers?.get('authorization')).toBe('Bearer mine');
  });

  it('takes OPENAI_BASE_URL with its key for a compatible server when no other is named', async () => {
    const { url, headers } = await sent(
      { OPENAI_BASE_URL: 'http://host/v1', OPENAI_API_KEY: 'k' },
      'openai-compatible/m',
    );
    expect(url).toBe('http://host/v1/chat/completions');
    expect(headers?.get('authorization')).toBe('Bearer k');
  });
});

describe('the local model', () => {
  it('is the one that was given, made once', async () => {
    const { resolve } = createModelRegistry({ environment: { OPENAI_API_KEY: 'k' } });
    const stand = await resolve('openai/x');
    let made = 0;
    const registry = createModelRegistry({
      environment: {},
      local: () => {
        made += 1;
        return stand;
      },
    });
    registry.check('local');
    expect(made).toBe(0);
    expect([await registry.resolve('local'), await registry.resolve('local')]).toEqual([stand, stand]);
    expect(made).toBe(1);
  });

  it('is unknown to a registry without one', () => {
    expect(failure('local')).toMatchObject({ code: 'unknown_model' });
  });
});
