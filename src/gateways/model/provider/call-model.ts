import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { BulkheadError } from '../../../contract/errors.ts';
import { AnswerAssembly } from './answer-assembly.ts';
import { streamCut, unavailable } from './provider-failures.ts';
import { type ProviderResponse, toProviderResponse } from './provider-response.ts';
import { streamParts } from './stream-parts.ts';
import { toProviderError } from './to-provider-error.ts';
import { wholeAnswer } from './whole-answer.ts';

/** How a model is called. */
export type CallSettings = {
  /** The name that was asked, `'provider/model'`. */
  name: string;
  /** Text as it comes. After the first call of it a failure is no longer retryable: half an answer was shown. */
  onDelta?: (text: string) => void;
  /** Ends the call; its reason is thrown as it is. */
  signal?: AbortSignal;
  /**
   * Milliseconds without any part before the provider counts as unavailable. Default 120,000: a model that
   * reasons in silence may take more than a minute over its first word. Above 300,000 the connection gives up first.
   */
  stall?: number;
  /** Nobody reads along: asked in one piece, where the answer cannot be longer than {@link LONGEST_WHOLE}. */
  whole?: boolean;
};

const defaultStall = 120_000;

/**
 * Tokens. At 40 a second so many have come before the provider counts as stalled; of a longer answer only a stream
 * tells that it is on its way.
 */
const LONGEST_WHOLE = 4_096;

/**
 * Calls a model once and returns its whole answer. No retry, no fallback: those are above.
 *
 * @throws the reason of `signal`; else a BulkheadError of {@link toProviderError}. A stream that ends without the
 * provider's word that it is complete is `provider_stream_cut`, even where the package closes it politely.
 * `details.streamed` says whether text had been shown, `details.begun` that the answer had begun: it may be billed.
 * @example
 * const model = await registry.resolve('openai/gpt-5-mini');
 * await callModel(model, { prompt }, { name: 'openai/gpt-5-mini', onDelta: (text) => process.stdout.write(text) });
 */
export async function callModel(
  model: LanguageModelV4,
  options: LanguageModelV4CallOptions,
  { name, onDelta, signal, stall = defaultStall, whole = false }: CallSettings,
): Promise<ProviderResponse> {
  signal?.throwIfAborted();
  const assembly = new AnswerAssembly();
  const stop = new AbortController();
  const forward = () => stop.abort(signal?.reason);
  signal?.addEventListener('abort', forward, { once: true });
  const timer = setTimeout(() => {
    stop.abort(unavailable(name, `it said nothing for ${stall / 1_000} s`, { reason: 'stalled' }));
  }, stall);
  let streamed = false;
  let begun = false;
  let delivering = false;
  try {
    if (
      whole &&
      onDelta === undefined &&
      (options.maxOutputTokens ?? Number.POSITIVE_INFINITY) <= LONGEST_WHOLE
    ) {
      return await toProviderResponse(await wholeAnswer(model, options, stop.signal), options, name);
    }
    for await (const part of streamParts(model, options, stop.signal)) {
      timer.refresh();
      if (part.type === 'error') throw part.error;
      begun ||= part.type !== 'stream-start' && part.type !== 'response-metadata' && part.type !== 'raw';
      const text = assembly.add(part);
      if (text === undefined || text === '' || onDelta === undefined) continue;
      streamed = true;
      delivering = true;
      onDelta(text);
      delivering = false;
    }
    if (!assembly.complete) throw streamCut(name);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    // What the caller's own code threw is no failure of the provider.
    if (delivering) throw error;
    // An answer that is complete stays so, whatever befalls its connection afterwards.
    if (!assembly.complete) {
      throw withStreamed(toProviderError(stop.signal.aborted ? stop.signal.reason : error, { model: name }), {
        streamed,
        ...(begun ? { begun } : {}),
      });
    }
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', forward);
  }
  return toProviderResponse(assembly, options, name);
}

/** Half an answer was shown: asking again would show it twice, so that is no longer the retry's to decide. */
function withStreamed(error: BulkheadError, said: { streamed: boolean; begun?: boolean }): BulkheadError {
  return new BulkheadError({
    code: error.code,
    message: error.message,
    status: error.status,
    retryable: error.retryable && !said.streamed,
    ...(error.retryAfter === undefined ? {} : { retryAfter: error.retryAfter }),
    details: { ...error.details, ...said },
  });
}
