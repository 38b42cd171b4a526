import { describe, expect, it } from 'vitest';
import { startFakeOpenAi } from '../../../../test/fakes/providers/index.ts';
import { loadPriceBook } from '../../../pillars/budget/price/index.ts';
import { defaultModels } from './default-models.ts';
import { detectDefaultModel } from './detect-default-model.ts';

/** A network where only these addresses answer. */
function network(answers: Record<string, unknown>) {
  const asked: { url: string; limit: number; apiKey: string | undefined }[] = [];
  const probe = async (url: string, limit: number, apiKey: string | undefined) => {
    asked.push({ url, limit, apiKey });
    return answers[url];
  };
  return { asked, probe };
}

const ollama = {
  'http://127.0.0.1:11434/api/tags': { models: [{ name: 'nomic-embed-text' }, { name: 'llama3.2:3b' }] },
};

describe('the default model', () => {
  it.each([
    ['OPENAI_API_KEY', 'openai/gpt-5-mini'],
    ['ANTHROPIC_API_KEY', 'anthropic/claude-haiku-4-5'],
    ['GOOGLE_GENERATIVE_AI_API_KEY', 'google/gemini-3.5-flash-lite'],
    ['MISTRAL_API_KEY', 'mistral/mistral-small-latest'],
  ])('comes from the provider of %s, and nothing is asked', async (variable, model) => {
    const { asked, probe } = network(ollama);
    const found = await detectDefaultModel({ environment: { [variable]: 'k' }, probe });
    expect(found).toEqual({ model, because: `${variable} is set.` });
    expect(asked).toEqual([]);
  });

  it('else from the server that was named, with its own key', async () => {
    const { asked, probe } = network({
      'http://host/v1/models': { data: [{ id: 'text-embedding-1' }, { id: 'qwen' }] },
    });
    const environment = {
      BULKHEAD_OPENAI_COMPATIBLE_URL: 'http://host/v1/',
      BULKHEAD_OPENAI_COMPATIBLE_KEY: 'mine',
    };
    expect((await detectDefaultModel({ environment, probe })).model).toBe('openai-compatible/qwen');
    expect(asked).toMatchObject([{ url: 'http://host/v1/models', apiKey: 'mine' }]);
  });

  it("takes a key for a server on this machine for that server's", async () => {
    const { probe } = network({ 'http://localhost:1234/v1/models': { data: [{ id: 'qwen' }] } });
    const environment = { OPENAI_API_KEY: 'unused', OPENAI_BASE_URL: 'http://localhost:1234/v1' };
    expect((await detectDefaultModel({ environment, probe })).model).toBe('openai-compatible/qwen');
  });

  it('else from Ollama, asked for at most 300 ms, and never an embedding model', async () => {
    const { asked, probe } = network(ollama);
    expect(await detectDefaultModel({ environment: {}, probe })).toEqual({
      model: 'ollama/llama3.2:3b',
      because: 'No provider key is set, and Ollama on this machine has it.',
    });
    expect(asked).toEqual([{ url: 'http://127.0.0.1:11434/api/tags', limit: 300, apiKey: undefined }]);
  });

  it('else is local, and says what was tried', async () => {
    const { probe } = network({});
    const named = await detectDefaultModel({ environment: { OPENAI_BASE_URL: 'http://host/v1' }, probe });
    expect(named.model).toBe('local');
    expect(named.because).toContain('the server of OPENAI_BASE_URL offers no model');
    expect(named.because).toContain('Ollama does not answer');
  });

  it.each([[null], ['text'], [{ models: 'none' }], [{ models: [] }], [{ models: [{ name: 7 }] }]])(
    'is local when Ollama answers %o',
    async (answer) => {
      const { probe } = network({ 'http://127.0.0.1:11434/api/tags': answer });
      expect((await detectDefaultModel({ environment: {}, probe })).model).toBe('local');
    },
  );

  it('asks real servers over HTTP, and takes none for absent', async () => {
    const fake = await startFakeOpenAi({ models: ['qwen'] });
    const environment = { BULKHEAD_OPENAI_COMPATIBLE_URL: fake.baseURL };
    expect((await detectDefaultModel({ environment })).model).toBe('openai-compatible/qwen');
    await fake.stop();
    const gone = await detectDefaultModel({ environment: { ...environment, OLLAMA_BASE_URL: fake.url } });
    expect(gone.model).toBe('local');
  });

  it('has a known price, so that a budget in dollars works at once', async () => {
    const { worstCase } = await loadPriceBook();
    for (const { model } of defaultModels) {
      expect(worstCase({ model, inputTokens: 1_000, maxOutputTokens: 1_000 }).usd).toBeGreaterThan(0);
    }
  });
});
