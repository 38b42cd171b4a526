import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { BulkheadError } from '../../../contract/errors.ts';
import { callModel } from './call-model.ts';

type Controller = ReadableStreamDefaultController<LanguageModelV4StreamPart>;

const prompt: LanguageModelV4CallOptions['prompt'] = [
  { role: 'user', content: [{ type: 'text', text: 'hello?' }] },
];
const name = 'test/model';

/** A model whose stream a test writes itself. */
function modelOf(
  write: (controller: Controller, options: LanguageModelV4CallOptions) => void,
  cancelled: (reason: unknown) => void = () => {},
): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'test',
    modelId: 'model',
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error('not asked')),
    doStream: async (options) => ({
      stream: new ReadableStream({ start: (controller) => write(controller, options), cancel: cancelled }),
    }),
  };
}

const saying = (...parts: LanguageModelV4StreamPart[]) =>
  modelOf((controller) => {
    for (const part of parts) controller.enqueue(part);
    controller.close();
  });

const delta = (text: string): LanguageModelV4StreamPart => ({ type: 'text-delta', id: '0', delta: text });

function finish(
  fields: Partial<Extract<LanguageModelV4StreamPart, { type: 'finish' }>> = {},
): LanguageModelV4StreamPart {
  return {
    type: 'finish',
    finishReason: { unified: 'stop', raw: 'stop' },
    usage: {
      inputTokens: { total: 10, noCache: 4, cacheRead: 6, cacheWrite: undefined },
      outputTokens: { total: 3, text: 2, reasoning: 1 },
    },
    ...fields,
  };
}

describe('a call', () => {
  it('returns everything that the provider said, as JSON', async () => {
    const warnings = [{ type: 'unsupported', feature: 'topK' } as const];
    const response = await callModel(
      saying(
        { type: 'stream-start', warnings },
        { type: 'response-metadata', id: 'r1', modelId: 'model-2026', timestamp: new Date(0) },
        delta('hello'),
        { type: 'file', mediaType: 'image/png', data: { type: 'data', data: new Uint8Array([1]) } },
        finish({ providerMetadata: { test: { tier: 'default' } } }),
      ),
      { prompt },
      { name },
    );
    expect(response).toStrictEqual({
      content: [
        { type: 'text', text: 'hello' },
        {
          type: 'other',
          part: { type: 'file', mediaType: 'image/png', data: { type: 'data', data: 'AQ==' } },
        },
      ],
      finishReason: 'stop',
      usage: {
        inputTokens: 10,
        outputTokens: 3,
        cacheReadTokens: 6,
        cacheWriteTokens: 0,
        reasoningTokens: 1,
      },
      model: name,
      responseModel: 'model-2026',
      responseId: 'r1',
      respondedAt: '1970-01-01T00:00:00.000Z',
      providerMetadata: { test: { tier: 'default' } },
      warnings,
    });
    expect(JSON.parse(JSON.stringify(response))).toStrictEqual(response);
  });

  it('hands out text as it comes, and the confidence of a model that says it', async () => {
    const heard: string[] = [];
    const response = await callModel(
      saying(
        delta('a'),
        delta(''),
        delta('b'),
        finish({ providerMetadata: { bulkhead: { confidence: 0.25 } } }),
      ),
      { prompt },
      { name, onDelta: (text) => heard.push(text) },
    );
    expect(heard).toEqual(['a', 'b']);
    expect(response.confidence).toBe(0.25);
  });

  it('estimates what the provider did not count: an uncounted call is not free', async () => {
    const none = { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined };
    const usage = {
      inputTokens: none,
      outputTokens: { total: undefined, text: undefined, reasoning: undefined },
    };
    const response = await callModel(saying(delta('one two three'), finish({ usage })), { prompt }, { name });
    expect(response.usageEstimated).toBe(true);
    expect(response.usage.inputTokens).toBeGreaterThan(0);
    expect(response.usage.outputTokens).toBe(3);
  });
});

describe('a call that fails', () => {
  const failure = (model: LanguageModelV4, settings: object = {}) =>
    callModel(model, { prompt }, { name, ...settings }).then(
      () => expect.fail('the call should have failed'),
      (error: unknown) => error,
    );

  it("is cut when the stream ends without the provider's word", async () => {
    const cut = { code: 'provider_stream_cut', retryable: true, details: { streamed: false } };
    expect(await failure(saying(delta('half')))).toMatchObject(cut);
    expect(
      await failure(
        saying(delta('half'), finish({ finishReason: { unified: 'interrupted', raw: undefined } })),
      ),
    ).toMatchObject(cut);
  });

  it('is not retryable once text was shown, whatever the failure', async () => {
    const onDelta = () => {};
    expect(await failure(saying(delta('half')), { onDelta })).toMatchObject({
      code: 'provider_stream_cut',
      retryable: false,
      details: { streamed: true },
    });
    const busy = { type: 'error', error: { message: 'busy', statusCode: 529 } } as const;
    expect(await failure(saying(delta('half'), busy), { onDelta })).toMatchObject({
      code: 'provider_unavailable',
      retryable: false,
      details: { status: 529, streamed: true },
    });
    expect(await failure(saying(busy), { onDelta })).toMatchObject({ retryable: true });
  });

  it('says whether the answer had begun: then it may be billed, shown or not', async () => {
    const busy = { type: 'error', error: { message: 'busy', statusCode: 529 } } as const;
    expect(await failure(saying(delta('half'), busy))).toMatchObject({
      details: { status: 529, streamed: false, begun: true },
    });
    const { details } = (await failure(saying(busy))) as { details: object };
    expect(details).not.toHaveProperty('begun');
  });

  it('ends at the first error part and lets go of the stream', async () => {
    const stopped = new Promise<void>((resolve) => {
      const model = modelOf(
        (controller) => controller.enqueue({ type: 'error', error: new Error('x') }),
        () => resolve(),
      );
      failure(model);
    });
    await stopped;
  });

  it('stops a stream that stalls, even one that heeds no signal', async () => {
    let signal: AbortSignal | undefined;
    const silent = modelOf((controller, options) => {
      signal = options.abortSignal;
      controller.enqueue(delta('half'));
    });
    expect(await failure(silent, { stall: 20 })).toMatchObject({
      code: 'provider_unavailable',
      retryable: true,
      details: { reason: 'stalled', streamed: false },
    });
    expect(signal?.aborted).toBe(true);
    const deaf: LanguageModelV4 = { ...silent, doStream: () => new Promise(() => {}) };
    expect(await failure(deaf, { stall: 20 })).toMatchObject({ code: 'provider_unavailable' });
  });

  it('does not stall while parts come', async () => {
    vi.useFakeTimers();
    onTestFinished(() => {
      vi.useRealTimers();
    });
    let write: Controller | undefined;
    const slow = modelOf((controller) => {
      write = controller;
    });
    const answer = callModel(slow, { prompt }, { name, stall: 100 });
    for (const text of ['a', 'b', 'c', 'd']) {
      await vi.advanceTimersByTimeAsync(80);
      write?.enqueue(delta(text));
    }
    write?.enqueue(finish());
    write?.close();
    expect((await answer).content).toEqual([{ type: 'text', text: 'abcd' }]);
  });

  it("throws the reason of the caller's signal as it is, before and within the stream", async () => {
    const reason = new BulkheadError({ code: 'deadline_exceeded', message: 'late' });
    expect(await failure(saying(finish()), { signal: AbortSignal.abort(reason) })).toBe(reason);
    const stop = new AbortController();
    const silent = modelOf(() => queueMicrotask(() => stop.abort(reason)));
    expect(await failure(silent, { signal: stop.signal })).toBe(reason);
  });

  it("throws what the caller's own code threw as it is", async () => {
    const mine = new TypeError('a fault of mine');
    const onDelta = () => {
      throw mine;
    };
    expect(await failure(saying(delta('a'), finish()), { onDelta })).toBe(mine);
  });

  it('is none when the connection breaks after the last word', async () => {
    const parts = [delta('all'), finish()];
    const stream = new ReadableStream<LanguageModelV4StreamPart>({
      pull: (controller) => {
        const part = parts.shift();
        if (part === undefined) controller.error(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
        else controller.enqueue(part);
      },
    });
    const complete: LanguageModelV4 = { ...saying(), doStream: async () => ({ stream }) };
    const response = await callModel(complete, { prompt }, { name, onDelta: () => {} });
    expect(response.content).toEqual([{ type: 'text', text: 'all' }]);
  });
});
