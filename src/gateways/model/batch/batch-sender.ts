import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../../contract/clock.ts';
import { BulkheadError, serializeError } from '../../../contract/errors.ts';
import type { ModelBatches } from '../provider/index.ts';
import { answerCalls } from './answer-calls.ts';
import { givenUp, isLost, notAnswered } from './batch-failures.ts';
import type { BatchSize, BatchWork, HeldBatch } from './batch-work.ts';
import { callsOf, customId } from './calls-of.ts';

/** Longer than handing a batch over or reading it can take, so that nobody else begins with it meanwhile. */
const LEASE = 600_000;
const AT_ONCE = 4;
/** Of a stop, ms. */
const GRACE = 5_000;
/** A provider that takes no batches for so long is asked in the ordinary way, ms. */
const HAND_OVER_WITHIN = 15 * 60_000;
/** Among more batches than can be looked through may be the one that was handed over: so long it is waited for, ms. */
const FIND_WITHIN = 2 * 3_600_000;
const FIND_EVERY = 60_000;
/** Longer than any provider works on one, and than any run waits, ms. */
const GIVE_UP_AFTER = 26 * 3_600_000;
/** Between two questions whether a batch has ended: a tenth of its age, at most this, ms. */
const LONGEST_PAUSE = 300_000;

/** In ms. */
export type BatchPaces = {
  /** Between two looks. */
  lookEvery: number;
  /** Between two questions whether a batch has ended, at least. */
  shortestPause: number;
};

const PACES: BatchPaces = { lookEvery: 1_000, shortestPause: 2_000 };

export type BatchSenderParts = {
  work: BatchWork;
  /** Providers and when their batches are full. */
  sizes: ReadonlyMap<string, BatchSize>;
  /** The batches of a model. @throws BulkheadError: it cannot be asked, for want of a key perhaps */
  batchesOf: (model: string) => ModelBatches | undefined;
  /** Default: a look each second, a question every two seconds at most. */
  paces?: BatchPaces | undefined;
  clock: Clock;
  log: (message: string, facts: Record<string, unknown>) => void;
};

/**
 * Hands what runs of the lane `batch` ask to their providers' batch interfaces, and brings the answers back. Any
 * number of senders share the work; one that dies is followed by another, which first looks whether the batch was
 * handed over. Whatever goes wrong, each request is answered in the end: by an answer, by the provider's failure, or
 * by word that it is to be asked in the ordinary way.
 *
 * @example
 * const sender = new BatchSender({ work, sizes, batchesOf: (model) => registry.batches(model), clock, log });
 * sender.start();
 * await sender.stop();
 */
export class BatchSender {
  readonly #parts: BatchSenderParts;
  readonly #paces: BatchPaces;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(parts: BatchSenderParts) {
    this.#parts = parts;
    this.#paces = parts.paces ?? PACES;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Begins with no further batch, and waits a moment for those under way: another sender goes on with them. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.race([this.#loop, sleep(GRACE, undefined, { ref: false })]);
  }

  /** Collects what is enough, and goes on with what is due. */
  async look(): Promise<void> {
    const { work, sizes } = this.#parts;
    for (const [provider, size] of sizes) while (await work.collect(provider, size));
    const held = await work.hold(LEASE, AT_ONCE);
    await Promise.all(held.map((batch) => this.#goOn(batch)));
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.look().catch((error: unknown) =>
        this.#parts.log('Batches could not be looked at; trying again.', { error: String(error) }),
      );
      await this.#parts.clock.sleep(this.#paces.lookEvery, signal).catch(() => {});
    }
  }

  async #goOn(batch: HeldBatch): Promise<void> {
    try {
      const batches = this.#parts.batchesOf(batch.model);
      if (batches === undefined) return await this.#giveUp(batch, notAnswered(batch.model));
      if (batch.providerId === null) await this.#handOver(batch, batches);
      else await this.#ask(batch, batch.providerId, batches);
    } catch (error) {
      await this.#failed(batch, error).catch((failure: unknown) =>
        // Its lease passes, and it is held again.
        this.#parts.log('A batch stands still.', { batch: batch.id, error: String(failure) }),
      );
    }
  }

  async #handOver(batch: HeldBatch, batches: ModelBatches): Promise<void> {
    const { work, clock } = this.#parts;
    const since = clock.now();
    let providerId: string | undefined;
    // Somebody had set out, and nobody heard what came of it.
    if (batch.handedOverAt !== null) {
      const others = await work.othersThan(batch);
      const lost = { id: customId(batch), since: batch.handedOverAt, calls: batch.calls, others };
      const found = await batches.find(lost);
      if (found === 'likely' && batch.age < GIVE_UP_AFTER)
        return work.later(batch, this.#pauseAt(batch.age), 'One that has not ended may be it.');
      if (found === 'likely') return this.#giveUp(batch, givenUp(batch.model));
      if (found === 'unclear' && batch.age < FIND_WITHIN)
        return work.later(batch, FIND_EVERY, 'It may have been handed over.');
      if (found === 'unclear') return this.#giveUp(batch, givenUp(batch.model));
      if (found !== 'none') providerId = found.id;
    }
    if (providerId === undefined) {
      const calls = await callsOf(batch, await work.requestsOf(batch), batches, work);
      if (calls.length === 0) return work.end(batch);
      // Whoever comes after the lease would not find what is handed over after it.
      if (clock.now() - since > LEASE / 2) return work.later(batch, 0, 'It took too long to look for it.');
      await work.handingOver(batch, calls.length);
      providerId = await batches.submit(customId(batch), calls);
    }
    await work.submitted(batch, providerId, this.#paces.shortestPause);
  }

  async #ask(batch: HeldBatch, providerId: string, batches: ModelBatches): Promise<void> {
    const { work } = this.#parts;
    const progress = await batches.progress(providerId);
    if (progress.ended) {
      await answerCalls(batch, await work.requestsOf(batch), progress.results, { batches, work });
      await work.end(batch);
    } else if (!(await work.isWaitedFor(batch))) {
      // What it has not begun with is not paid for.
      await batches.cancel(providerId);
      await work.end(batch);
    } else if (batch.age > GIVE_UP_AFTER) await this.#giveUp(batch, givenUp(batch.model));
    else await work.later(batch, this.#pauseAt(batch.age));
  }

  async #failed(batch: HeldBatch, error: unknown): Promise<void> {
    const { work, log } = this.#parts;
    if (isLost(error)) return;
    const { code, message, details } = serializeError(error);
    log('A batch could not be handed over or asked for.', { batch: batch.id, model: batch.model, code });
    const retryable = !BulkheadError.isInstance(error) || error.retryable;
    if (batch.providerId !== null) {
      if (batch.age > GIVE_UP_AFTER) return this.#giveUp(batch, givenUp(batch.model));
    } else if (!retryable || batch.age > HAND_OVER_WITHIN) {
      // A provider that answers with a failure has not taken it.
      const refused = !retryable || typeof details?.status === 'number';
      return this.#giveUp(batch, refused ? notAnswered(batch.model) : givenUp(batch.model));
    }
    return work.later(batch, this.#pauseAt(batch.age), `${code}: ${message}`.slice(0, 500));
  }

  /** Its requests are asked in the ordinary way. */
  async #giveUp(batch: HeldBatch, error: BulkheadError): Promise<void> {
    const { work } = this.#parts;
    const outcome = { error: serializeError(error) };
    for (const request of await work.requestsOf(batch)) await work.answer([{ request, outcome }]);
    await work.end(batch);
  }

  #pauseAt(age: number): number {
    return Math.min(LONGEST_PAUSE, Math.max(this.#paces.shortestPause, age / 10));
  }
}
