const encoder = new TextEncoder();

/**
 * A stream that asks for the next event when the reader has taken the last one. When the reader goes, the
 * generator's signal fires, so that it ends even while it waits.
 *
 * @param onFailure told of what the generator threw; the reader's connection is cut, and it comes back with Last-Event-ID
 */
export function toEventStream(
  generate: (signal: AbortSignal) => AsyncGenerator<string, void, undefined>,
  onFailure: (error: unknown) => void,
): ReadableStream<Uint8Array> {
  const gone = new AbortController();
  const events = generate(gone.signal);
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await events.next();
          // The reader went while this was read: there is nobody to tell.
          if (gone.signal.aborted) return;
          if (done) controller.close();
          else controller.enqueue(encoder.encode(value));
        } catch (error) {
          if (gone.signal.aborted) return;
          onFailure(error);
          controller.error(error);
        }
      },
      async cancel() {
        gone.abort();
        await events.return();
      },
    },
    { highWaterMark: 0 },
  );
}
