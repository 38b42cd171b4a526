import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readModelsFile } from './models-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-models-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function read(content: unknown) {
  const file = join(folder, 'models.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readModelsFile(file);
}

describe('the models file', () => {
  it('says nothing where there is none', async () => {
    expect(await readModelsFile(undefined)).toMatchObject({ prices: {} });
    expect(await readModelsFile('')).toMatchObject({ prices: {} });
    expect(await read({})).toMatchObject({ prices: {} });
  });

  it('names prices, with the time for which they hold', async () => {
    const { prices } = await read({
      prices: {
        'openai-compatible/mine': { inputPerMillion: 1, outputPerMillion: 2 },
        'openai/gpt-5-mini': [{ multiplier: 0.8, from: '2026-12-01', until: '2027-01-01T06:00:00+01:00' }],
      },
    });
    expect(prices).toEqual({
      'openai-compatible/mine': { inputPerMillion: 1, outputPerMillion: 2 },
      'openai/gpt-5-mini': [{ multiplier: 0.8, from: Date.UTC(2026, 11, 1), until: Date.UTC(2027, 0, 1, 5) }],
    });
  });

  it('names windows of models', async () => {
    const { windows } = await read({ windows: { 'ollama/llama3': 8_192 } });
    expect(windows).toEqual({ 'ollama/llama3': 8_192 });
    expect((await read({})).windows).toEqual({});
    await expect(read({ windows: { 'ollama/llama3': 10 } })).rejects.toThrow(/windows\.ollama\/llama3/);
  });

  it('names how many calls may be under way at a provider', async () => {
    const batch = { requests: 100, seconds: 5 };
    const { providers } = await read({ providers: { openai: { concurrency: 32, batch }, mistral: {} } });
    expect(providers).toEqual({ openai: { concurrency: 32, batch }, mistral: {} });
    expect((await read({})).providers).toEqual({});
  });

  it('says what models can do, where they are, and who may ask them', async () => {
    const { routing } = await read({
      models: { 'mistral/*': { regions: ['eu'] }, 'acme/tiny': { tools: false } },
      tenants: { acme: { models: ['openai/*', 'local'] } },
      routing: { quality: 0.9 },
    });
    expect(routing).toEqual({
      models: { 'mistral/*': { regions: ['eu'] }, 'acme/tiny': { tools: false } },
      tenants: { acme: { models: ['openai/*', 'local'] } },
      quality: 0.9,
    });
    expect((await read({})).routing).toEqual({ models: {}, tenants: {} });
  });

  it.each([
    [{ models: { 'a/b': { regions: ['Europe!'] } } }, /models\.a\/b\.regions\.0: must be a region/],
    [{ models: { 'a/b': { tool: false } } }, /models\.a\/b: .*"tool"/],
    [{ tenants: { acme: { model: ['a/b'] } } }, /tenants\.acme/],
    [{ providers: { openai: { concurrency: 0 } } }, /providers\.openai\.concurrency: /],
    [{ providers: { openai: { batch: { requests: 0 } } } }, /providers\.openai\.batch\.requests: /],
    [{ providers: { mistral: { batch: {} } } }, /providers\.mistral\.batch: has no batch interface/],
    [{ providers: { opnai: { concurrency: 1 } } }, /providers\.opnai: must be a provider: one of openai,/],
    ['{', /not valid JSON/],
    [{ price: {} }, /the whole: .*"price"/],
    [{ prices: { 'openai/x': { inputPerMillion: -1 } } }, /prices\.openai\/x\.inputPerMillion: /],
    [{ prices: { 'openai/x': { perMillion: 1 } } }, /prices\.openai\/x: .*"perMillion"/],
    [
      { prices: { 'openai/x': [{ multiplier: 1, from: 'soon' }] } },
      /prices\.openai\/x\.0\.from: must be a date/,
    ],
    [{ prices: { 'two words': { multiplier: 1 } } }, /prices\.two words: .*provider\/model/],
  ])('refuses %j, naming the file and the field', async (content, problem) => {
    const error = await read(content).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'invalid_models_file' });
    expect((error as Error).message).toMatch(problem);
    expect((error as Error).message).toContain(join(folder, 'models.json'));
  });

  it('refuses a file that is not there', async () => {
    await expect(readModelsFile(join(folder, 'none.json'))).rejects.toMatchObject({
      code: 'invalid_models_file',
      message: expect.stringContaining('there is no such file'),
    });
  });
});
