import type pg from 'pg';
import type { Clock } from '../../../contract/clock.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import { reasonOf } from '../../../foundation/queue/broker/index.ts';
import type { Run } from '../../api/schemas/run.ts';
import type { Log } from '../../composition/log.ts';
import type { IntakeSource } from '../config/source.ts';
import type { IntakeBroker } from '../message.ts';
import { claimReplies, type DueReply, type ReplyResult, settleReply } from './due-replies.ts';
import { forgetMessages } from './forget-messages.ts';
import { replyBody } from './reply-body.ts';

/** Milliseconds between two looks for replies when there were none. */
const LOOK_EVERY = 500;
/** Longer than an attempt can take, so that nobody takes a reply that is on its way. */
const LEASE = 30_000;
const AT_ONCE = 32;
/** Milliseconds between two removals of messages that nobody can send again. */
const FORGET_EVERY = 10 * 60_000;
const FIRST_PAUSE = 1_000;
const LONGEST_PAUSE = 5 * 60_000;
/** Two weeks of longest pauses: as long as a queue of SQS can keep a message. */
const MOST_ATTEMPTS = (14 * 24 * 60 * 60_000) / LONGEST_PAUSE;

export type ReplySenderParts = {
  /** In the worker's role. */
  pool: pg.Pool;
  sources: readonly { source: IntakeSource; broker: Pick<IntakeBroker, 'publish' | 'largestReply'> }[];
  readRun: (tenant: string, run: string) => Promise<Run>;
  clock: Clock;
  log: Log;
};

/**
 * Sends the results of runs to where their messages asked for them: at least once, under the run's id. A message's
 * row is written with its run, so a result is sent however many processes die in between. Any number of senders
 * share the work.
 *
 * @example
 * const sender = new ReplySender({ pool, sources, readRun, clock: systemClock, log });
 * sender.start();
 * await sender.stop();
 */
export class ReplySender {
  readonly #parts: ReplySenderParts;
  readonly #stopping = new AbortController();
  #loop: Promise<void> | undefined;
  #forgetAt = 0;

  constructor(parts: ReplySenderParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Takes no more replies, and waits for those that are on their way. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const sent = await this.#work().catch((error: unknown) => {
        log('warn', 'Replies that are due could not be read; trying again.', { reason: reasonOf(error) });
        return 0;
      });
      if (sent < AT_ONCE) await clock.sleep(LOOK_EVERY, signal).catch(() => {});
    }
  }

  async #work(): Promise<number> {
    const { pool, clock, sources } = this.#parts;
    if (clock.now() >= this.#forgetAt) {
      await forgetMessages(pool, clock.now());
      this.#forgetAt = clock.now() + FORGET_EVERY;
    }
    const names = sources.map(({ source }) => source.name);
    const due = await claimReplies(pool, { sources: names, now: clock.now(), lease: LEASE, limit: AT_ONCE });
    await Promise.all(due.map((reply) => this.#send(reply)));
    return due.length;
  }

  async #send(due: DueReply): Promise<void> {
    const { pool, clock, log } = this.#parts;
    const facts = { source: due.source, run: due.run, attempts: due.attempts };
    try {
      const result = await this.#attempt(due);
      await settleReply(pool, due, result, clock.now());
      if (result.reply === 'given-up')
        log('warn', 'A reply was given up.', { ...facts, reason: result.reason });
      if (result.reply === 'pending' && due.attempts === 1)
        log('warn', 'A reply could not be sent; it is tried again.', { ...facts, reason: result.reason });
    } catch (error) {
      // Its lease passes, and it is taken again.
      log('warn', 'The result of a reply could not be written.', { ...facts, reason: reasonOf(error) });
    }
  }

  async #attempt(due: DueReply): Promise<ReplyResult> {
    const { sources, readRun, clock } = this.#parts;
    const found = sources.find(({ source }) => source.name === due.source && source.tenant === due.tenant);
    if (found === undefined || !found.source.replyTo.includes(due.to)) {
      return { reply: 'given-up', reason: 'The source does not allow replies to this place any more.' };
    }
    try {
      const run = await readRun(due.tenant, due.lastRun);
      const body = replyBody(due, run, found.broker.largestReply);
      await found.broker.publish({
        to: due.to,
        run: due.run,
        body,
        correlationId: due.correlationId ?? undefined,
      });
      return { reply: 'sent' };
    } catch (error) {
      const reason = reasonOf(error);
      const gone = BulkheadError.isInstance(error) && error.code === 'unknown_run';
      if (gone || due.attempts >= MOST_ATTEMPTS) return { reply: 'given-up', reason };
      const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (due.attempts - 1));
      return { reply: 'pending', nextAt: clock.now() + pause, reason };
    }
  }
}
