import type {
  LanguageModelV4,
  LanguageModelV4CallOptions,
  LanguageModelV4StreamPart,
  LanguageModelV4StreamResult,
} from '@ai-sdk/provider';

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

function open(
  model: LanguageModelV4,
  options: LanguageModelV4CallOptions,
  signal: AbortSignal,
): Promise<LanguageModelV4StreamResult> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    const opened = (result: LanguageModelV4StreamResult) => {
      signal.removeEventListener('abort', abort);
      // Too late: nobody reads it any more.
      if (signal.aborted) result.stream.cancel(signal.reason).catch(() => undefined);
      resolve(result);
    };
    const failed = (error: unknown) => {
      signal.removeEventListener('abort', abort);
      reject(error);
    };
    Promise.resolve(model.doStream({ ...options, abortSignal: signal })).then(opened, failed);
  });
}
