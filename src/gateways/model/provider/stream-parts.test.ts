import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
} from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { streamParts } from './stream-parts.ts';

const options: LanguageModelV4CallOptions = { prompt: [{ role: 'system', content: 'x' }] };
const reason = new Error('enough');

function modelOf(doStream: LanguageModelV4['doStream']): LanguageModelV4 {
  return {
    specificationVersion: 'v4',
    provider: 'test',
    modelId: 'model',
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error('not asked')),
    doStream,
  };
}

/** A stream with one part that never ends by itself, and what it was cancelled with. */
function endless() {
  const { promise: cancelled, resolve } = Promise.withResolvers<unknown>();
  const stream = new ReadableStream<LanguageModelV4StreamPart>({
    start: (controller) => controller.enqueue({ type: 'ping' }),
    cancel: resolve,
  });
  return { stream, cancelled };
}

describe('the parts of a stream', () => {
  it('end with the reason of the signal, and the stream is closed', async () => {
    const stop = new AbortController();
    const { stream, cancelled } = endless();
    const parts = streamParts(
      modelOf(async () => ({ stream })),
      options,
      stop.signal,
    );
    expect(await parts.next()).toEqual({ done: false, value: { type: 'ping' } });
    const next = parts.next();
    stop.abort(reason);
    await expect(next).rejects.toBe(reason);
    expect(await cancelled).toBe(reason);
  });

  it('close the stream when the loop is left', async () => {
    const { stream, cancelled } = endless();
    for await (const part of streamParts(
      modelOf(async () => ({ stream })),
      options,
      new AbortController().signal,
    )) {
      expect(part).toEqual({ type: 'ping' });
      break;
    }
    await cancelled;
  });

  it('do not wait for a model that is slow to open, and close its stream when it comes', async () => {
    const stop = new AbortController();
    const { stream, cancelled } = endless();
    const { promise: opening, resolve: open } = Promise.withResolvers<{ stream: typeof stream }>();
    const next = streamParts(
      modelOf(() => opening),
      options,
      stop.signal,
    ).next();
    stop.abort(reason);
    await expect(next).rejects.toBe(reason);
    open({ stream });
    expect(await cancelled).toBe(reason);
  });

  it('fail as the model does, also where it throws at once', async () => {
    const failing = modelOf(() => {
      throw reason;
    });
    await expect(streamParts(failing, options, new AbortController().signal).next()).rejects.toBe(reason);
  });
});
