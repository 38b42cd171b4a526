/**
 * What is waited for, or at once the signal's reason when it fires, whether or not the work itself heeds it.
 *
 * @throws the reason of `signal`
 * @example
 * await unlessAborted(model.doGenerate({ prompt, abortSignal }), abortSignal);
 */
export function unlessAborted<Value>(work: PromiseLike<Value>, signal: AbortSignal): Promise<Value> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    const over = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort, { once: true });
    work.then(
      (value) => {
        over();
        resolve(value);
      },
      (error: unknown) => {
        over();
        reject(error);
      },
    );
    if (signal.aborted) abort();
  });
}
