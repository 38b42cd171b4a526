import { OpenAPIHono } from '@hono/zod-openapi';
import OpenAI from 'openai';
import { ManualClock } from '../../../../../test/fakes/manual-clock.ts';
import type { ModelContent, ModelResponse } from '../../../../contract/model.ts';
import type { ChatEvent, ChatRequest } from '../../chat/chat-call.ts';
import { identifyRequest } from '../../middleware/identify-request.ts';
import type { ApiApp, ApiEnv, RouteParts } from '../../parts.ts';
import { problemHandler } from '../../problems/on-error.ts';
import { refuseInvalid } from '../../problems/validation-hook.ts';
import { createChatCompletion } from '../chat/create-chat-completion.ts';
import { asOpenAiError } from '../errors/open-ai-error.ts';
import { createResponse } from '../responses/create-response.ts';

/** What a chat says, as a test writes it. It may wait, throw, and look at what was asked. */
export type Script = (chat: ChatRequest) => AsyncGenerator<ChatEvent, void, undefined>;

export type OpenAiApp = {
  app: ApiApp;
  /** OpenAI's own client, which speaks to the app without a network. */
  openai: OpenAI;
  clock: ManualClock;
  /** What was asked of the core, in order. */
  asked: ChatRequest[];
  logged: object[];
  send(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
};

export const RUN = '01989e3c-0000-7000-8000-000000000001';
/** Milliseconds since the epoch. */
export const CREATED_AT = 1_750_000_000_500;

/** The two routes over a core that says what a test tells it to. */
export function openAiApp(script: Script): OpenAiApp {
  const clock = new ManualClock();
  const asked: ChatRequest[] = [];
  const logged: object[] = [];
  const log = (fields: object) => logged.push(fields);
  const parts = {
    clock,
    log: { error: log, warn: log },
    chat: (_: unknown, chat: ChatRequest) => {
      asked.push(chat);
      return script(chat);
    },
  } as unknown as RouteParts;
  const app: ApiApp = new OpenAPIHono<ApiEnv>({ defaultHook: refuseInvalid });
  app.use(identifyRequest);
  app.use(async (c, next) => {
    c.set('principal', { id: 'k1', name: 'test', tenant: 'acme', roles: ['developer'] });
    await next();
  });
  createChatCompletion(app, parts);
  createResponse(app, parts);
  app.onError(problemHandler(parts.log, asOpenAiError));
  const fetch = async (url: string | URL | Request, init?: RequestInit) => app.request(String(url), init);
  return {
    app,
    openai: new OpenAI({ apiKey: 'bh_test', baseURL: 'http://bulkhead.test/v1', maxRetries: 0, fetch }),
    clock,
    asked,
    logged,
    send: async (path, body, headers = {}) =>
      app.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
  };
}

export const started: ChatEvent = { type: 'started', run: RUN, createdAt: CREATED_AT, agent: 'direct' };
export const delta = (text: string): ChatEvent => ({ type: 'delta', text });
export const done = (response: ModelResponse): ChatEvent => ({ type: 'done', run: RUN, response });

/** A core that says these things one after the other. */
export function saying(...events: ChatEvent[]): Script {
  return async function* () {
    yield* events;
  };
}

/** A whole answer: a text, or parts. */
export function answer(
  content: string | ModelContent[],
  changes: Partial<ModelResponse> = {},
): ModelResponse {
  return {
    content: typeof content === 'string' ? [{ type: 'text', text: content }] : content,
    finishReason: 'stop',
    usage: { inputTokens: 20, outputTokens: 5, cacheReadTokens: 8, cacheWriteTokens: 2, reasoningTokens: 3 },
    model: 'openai/gpt-5-mini',
    ...changes,
  };
}
