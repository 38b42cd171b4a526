import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider';
import { unlessAborted } from './unless-aborted.ts';

/**
 * Opens a model's stream and hands out its parts. An abort ends it at once with the signal's reason, whether or not
 * the model heeds the signal itself; leaving the loop early closes the stream.
 *
 * @example
 * for await (const part of streamParts(model, { prompt }, AbortSignal.timeout(5_000))) console.log(part.type);
 */
export async function* streamParts(
  model: LanguageModelV4,
  options: LanguageModelV4CallOptions,
  signal: AbortSignal,
): AsyncGenerator<LanguageModelV4StreamPart> {
  const { stream } = await open(model, options, signal);
  const reader = stream.getReader();
  const cancel = () => {
    // A stream that already failed rejects its cancellation with the failure that was thrown anyway.
    reader.cancel(signal.reason).catch(() => undefined);
  };
  signal.addEventListener('abort', cancel, { once: true });
  try {
    for (;;) {
      const { done, value } = await reader.read();
      signal.throwIfAborted();
      if (done) return;
      yield value;
    }
  } finally {
    signal.removeEventListener('abort', cancel);
    cancel();
  }
}

async function open(
  model: LanguageModelV4,
  options: LanguageModelV4CallOptions,
  signal: AbortSignal,
): Promise<LanguageModelV4StreamResult> {
  const opening = Promise.resolve(model.doStream({ ...options, abortSignal: signal }));
  try {
    return await unlessAborted(opening, signal);
  } catch (error) {
    // Too late: nobody reads it any more.
    if (signal.aborted) opening.then(({ stream }) => stream.cancel(signal.reason)).catch(() => undefined);
    throw error;
  }
}
