import type { ServerResponse } from 'node:http';
import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpServer, sendJson, serve } from '../../../../test/fakes/http/serve.ts';
import { callModel } from './call-model.ts';
import { createModelRegistry } from './create-model-registry.ts';

const prompt: LanguageModelV4CallOptions['prompt'] = [
  { role: 'user', content: [{ type: 'text', text: 'hello?' }] },
];

function stream(response: ServerResponse, events: readonly unknown[]): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
  response.end();
}

/** The parts of an answer of Mistral's. */
const mistral = {
  variables: (url: string) => ({ MISTRAL_API_KEY: 'k', MISTRAL_BASE_URL: url }),
  name: 'mistral/mistral-small-latest',
  half: [
    {
      id: '1',
      created: 0,
      model: 'm',
      choices: [{ index: 0, delta: { role: 'assistant', content: 'hel' } }],
    },
  ],
  rest: [
    {
      id: '1',
      created: 0,
      model: 'm',
      choices: [{ index: 0, delta: { content: 'lo' }, finish_reason: 'stop' }],
      usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
    },
  ],
  error: { object: 'error', message: 'Too fast', type: 'rate_limited', param: null, code: '1300' },
};

/** The parts of an answer of Gemini's. */
const google = {
  variables: (url: string) => ({ GOOGLE_GENERATIVE_AI_API_KEY: 'k', GOOGLE_GENERATIVE_AI_BASE_URL: url }),
  name: 'google/gemini-3.5-flash-lite',
  half: [{ candidates: [{ content: { role: 'model', parts: [{ text: 'hel' }] } }] }],
  rest: [
    {
      candidates: [{ content: { role: 'model', parts: [{ text: 'lo' }] }, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2, totalTokenCount: 7 },
    },
  ],
  error: { error: { code: 429, message: 'Too fast', status: 'RESOURCE_EXHAUSTED' } },
};

describe.each([mistral, google])('$name over HTTP', ({ name, variables, half, rest, error }) => {
  let server: HttpServer;
  let answer: (response: ServerResponse) => void;
  beforeEach(async () => {
    server = await serve((_, response) => answer(response));
  });
  afterEach(() => server.stop());

  const call = async () => {
    const registry = createModelRegistry({ environment: variables(server.url) });
    return callModel(await registry.resolve(name), { prompt }, { name });
  };

  it('answers and counts', async () => {
    answer = (response) => stream(response, [...half, ...rest]);
    expect(await call()).toMatchObject({
      content: [{ type: 'text', text: 'hello' }],
      finishReason: 'stop',
      usage: { inputTokens: 5, outputTokens: 2 },
    });
  });

  it('is cut when it ends half-way', async () => {
    answer = (response) => stream(response, half);
    await expect(call()).rejects.toMatchObject({ code: 'provider_stream_cut', retryable: true });
  });

  it('limits the rate', async () => {
    answer = (response) => sendJson(response, 429, error, { 'retry-after': '1' });
    await expect(call()).rejects.toMatchObject({ code: 'provider_rate_limited', retryAfter: 1_000 });
  });
});
