import type pg from 'pg';
import { Agent } from 'undici';
import type { Clock } from '../../contract/clock.ts';
import { checkWebhookUrl } from './check-webhook-url.ts';
import { type AttemptResult, claimDeliveries, type Delivery, settleDelivery } from './deliveries.ts';
import { guardedLookup, type Resolve } from './guarded-lookup.ts';
import { pauseAfter } from './retry-schedule.ts';
import { ATTEMPT_TIMEOUT, sendWebhook } from './send-webhook.ts';
import { webhookMessage } from './webhook-message.ts';

/** Milliseconds between two looks for deliveries when there were none. */
const LOOK_EVERY = 1_000;
/** Longer than an attempt can take, so that nobody takes a delivery that is on its way. */
const LEASE = 3 * ATTEMPT_TIMEOUT;
const AT_ONCE = 32;
const AT_ONCE_OF_TENANT = 8;

export type WebhookSenderParts = {
  /** In the worker's role. */
  pool: pg.Pool;
  /** The tenant's signing secret, `whsec_…`. */
  secretOf: (tenant: string) => Promise<string>;
  /** Only `bulkhead dev` lets webhooks go to this machine. */
  allowLoopback: boolean;
  clock: Clock;
  log: { warn(fields: object, message: string): void };
  /** Default: the system's DNS. */
  resolve?: Resolve;
  /** Before the second, third … attempt, ms. Default: ten attempts in three days. */
  pauses?: readonly number[] | undefined;
  /** In [0, 1). Default `Math.random`. */
  random?: () => number;
};

/**
 * Delivers what finished runs announced, each message until a receiver took it, said that it is gone
 * (410), or ten attempts in three days failed. Any number of senders share the work.
 *
 * @example
 * const sender = new WebhookSender({ pool, secretOf, allowLoopback: false, clock: systemClock, log });
 * sender.start();
 * await sender.stop();
 */
export class WebhookSender {
  readonly #parts: WebhookSenderParts;
  readonly #dispatcher: Agent;
  readonly #random: () => number;
  readonly #inFlight = new Map<Promise<void>, string>();
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;

  constructor(parts: WebhookSenderParts) {
    this.#parts = parts;
    this.#random = parts.random ?? Math.random;
    this.#dispatcher = new Agent({
      connect: { lookup: guardedLookup(parts), timeout: ATTEMPT_TIMEOUT },
      keepAliveTimeout: 10_000,
      // A receiver may not make the sender keep more than this in memory.
      maxHeaderSize: 16 * 1024,
    });
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Takes no more deliveries, and waits for those that are on their way (10 s at most). */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
    await Promise.all(this.#inFlight.keys());
    await this.#dispatcher.close();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const begun = await this.#takeDue().catch((error: unknown) => {
        this.#parts.log.warn({ err: error }, 'Webhooks that are due could not be read; trying again.');
        return 0;
      });
      if (this.#inFlight.size >= AT_ONCE) await Promise.race(this.#inFlight.keys());
      else if (begun === 0) await this.#parts.clock.sleep(LOOK_EVERY, signal).catch(() => {});
    }
  }

  async #takeDue(): Promise<number> {
    const { pool, clock } = this.#parts;
    const deliveries = await claimDeliveries(pool, {
      now: clock.now(),
      lease: LEASE,
      limit: AT_ONCE - this.#inFlight.size,
      busyTenants: this.#busyTenants(),
    });
    for (const delivery of deliveries) {
      const work: Promise<void> = this.#deliver(delivery).finally(() => this.#inFlight.delete(work));
      this.#inFlight.set(work, delivery.tenant);
    }
    return deliveries.length;
  }

  #busyTenants(): string[] {
    const counts = new Map<string, number>();
    for (const tenant of this.#inFlight.values()) counts.set(tenant, (counts.get(tenant) ?? 0) + 1);
    return [...counts].filter(([, count]) => count >= AT_ONCE_OF_TENANT).map(([tenant]) => tenant);
  }

  async #deliver(delivery: Delivery): Promise<void> {
    const { pool, clock, log } = this.#parts;
    const fields = { tenant: delivery.tenant, delivery: delivery.id, attempts: delivery.attempts };
    try {
      const result = await this.#attempt(delivery);
      await settleDelivery(pool, delivery, result, clock.now());
      if (result.status === 'given-up')
        log.warn({ ...fields, reason: result.reason }, 'A webhook was given up.');
    } catch (error) {
      // Its lease passes, and it is taken again.
      log.warn({ ...fields, err: error }, 'A webhook could not be sent or its result not be written.');
    }
  }

  async #attempt(delivery: Delivery): Promise<AttemptResult> {
    const { clock, secretOf, allowLoopback } = this.#parts;
    if (delivery.run === null) return { status: 'given-up', reason: 'The run is no longer there.' };
    let url: URL;
    try {
      url = checkWebhookUrl(delivery.url, { allowLoopback });
    } catch (error) {
      return { status: 'given-up', reason: error instanceof Error ? error.message : String(error) };
    }
    const result = await sendWebhook(this.#dispatcher, {
      id: delivery.id,
      url,
      body: webhookMessage(delivery.event, delivery.run),
      secret: await secretOf(delivery.tenant),
      at: clock.now(),
    });
    if (result.kind === 'delivered') return { status: 'delivered' };
    if (result.kind === 'gone')
      return { status: 'given-up', reason: 'The receiver answered 410: it is gone.' };
    const pause = pauseAfter(delivery.attempts, this.#random(), this.#parts.pauses);
    return pause === undefined
      ? { status: 'given-up', reason: result.reason }
      : { status: 'pending', nextAt: clock.now() + pause, reason: result.reason };
  }
}
