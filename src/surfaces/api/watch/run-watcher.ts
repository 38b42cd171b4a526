import type { Clock } from '../../../contract/clock.ts';
import type { WaitReason } from '../../../contract/entry.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import type { RunStatus } from '../../../contract/run.ts';
import { DELTA_CHANNEL, deltaRun, openDelta, type RunNews } from '../../../foundation/journal/index.ts';
import { inTenant, type Listening, listen, type Store } from '../../../foundation/store/index.ts';
import type { DataKey, KeyRing } from '../../../foundation/vault/index.ts';
import type { Log } from '../parts.ts';
import { DeltaText } from './delta-text.ts';
import { Watch } from './watch.ts';

/** Milliseconds between two looks at the watched runs. */
const LOOK_EVERY = 100;

/** How a run stands, as of the last look. */
export type RunStanding = {
  status: RunStatus;
  waitingFor: WaitReason[];
  /** The number of its last frame. */
  head: number;
  /** The run that goes on in its place. */
  continuedAs: string | null;
};

type WatchedRow = {
  id: string;
  status: RunStatus;
  waiting_for: WaitReason[] | null;
  continued_as: string | null;
  head: number;
};

type Watched = {
  tenant: string;
  /** Absent when it was destroyed: then there is no text to show. */
  key: DataKey | undefined;
  text: DeltaText;
  standing: RunStanding | undefined;
  watches: Set<Watch>;
  /** Ends the listening in this process. */
  deaf: () => void;
};

export type RunWatcherParts = {
  store: Store;
  keys: KeyRing;
  news: RunNews;
  databaseUrl: string;
  clock: Clock;
  log: Log;
};

/**
 * Looks at all runs that anybody in this process watches: one query a tenant and look, however many watch.
 * Text of models comes by NOTIFY in between.
 *
 * @example
 * const watch = await watcher.watch('acme', runId);
 * await watch.changed(signal);
 * watch.close();
 */
export class RunWatcher {
  readonly #parts: RunWatcherParts;
  readonly #watched = new Map<string, Watched>();
  readonly #closing = new AbortController();
  #looking: Promise<void> | undefined;
  #listening: Promise<Listening> | undefined;

  constructor(parts: RunWatcherParts) {
    this.#parts = parts;
  }

  /** How many runs are watched now. */
  get size(): number {
    return this.#watched.size;
  }

  /** The caller closes what it gets. @throws BulkheadError `shutting_down` */
  async watch(tenant: string, run: string): Promise<Watch> {
    const key = await this.#parts.keys.dataKey(tenant, run).catch((error: unknown) => {
      if (BulkheadError.isInstance(error) && error.code === 'key_destroyed') return undefined;
      throw error;
    });
    if (this.#closing.signal.aborted) throw shuttingDown();
    let watched = this.#watched.get(run);
    if (watched === undefined) {
      watched = {
        tenant,
        key,
        text: new DeltaText(),
        standing: undefined,
        watches: new Set(),
        deaf: () => {},
      };
      this.#watched.set(run, watched);
      watched.deaf = this.#parts.news.hear(run, { onEnd: ({ status }) => this.#stand(run, status) });
    }
    const { watches, standing } = watched;
    const watch: Watch = new Watch(standing, () => {
      watches.delete(watch);
      if (watches.size > 0 || this.#watched.get(run)?.watches !== watches) return;
      this.#watched.get(run)?.deaf();
      this.#watched.delete(run);
    });
    watches.add(watch);
    this.#listen();
    this.#looking ??= this.#look();
    return watch;
  }

  /** Ends every watch. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const { watches } of this.#watched.values()) for (const watch of watches) watch.end();
    await this.#looking;
    await this.#listening?.then((listening) => listening.stop()).catch(() => {});
  }

  async #look(): Promise<void> {
    const { signal } = this.#closing;
    while (this.#watched.size > 0 && !signal.aborted) {
      const runsOf = Map.groupBy(this.#watched.keys(), (run) => this.#watched.get(run)?.tenant ?? '');
      for (const [tenant, runs] of runsOf) {
        await this.#lookAt(tenant, runs).catch((error: unknown) => {
          this.#parts.log.warn({ tenant, err: error }, 'Watched runs could not be read; trying again.');
        });
      }
      await this.#parts.clock.sleep(LOOK_EVERY, signal).catch(() => {});
    }
    // In the same turn as the check above: a watch that comes later begins to look anew.
    this.#looking = undefined;
  }

  async #lookAt(tenant: string, runs: readonly string[]): Promise<void> {
    const { rows } = await inTenant(this.#parts.store, tenant, (client) =>
      client.query<WatchedRow>({
        name: 'watched-runs',
        text: `SELECT r.id, r.status, r.waiting_for, r.continued_as, (
            SELECT frame FROM frame WHERE class = r.class AND stream = r.id ORDER BY frame DESC LIMIT 1
          ) AS head FROM run r WHERE r.id = ANY($1::uuid[])`,
        values: [runs],
      }),
    );
    for (const { id, status, waiting_for, head, continued_as } of rows) {
      const watched = this.#watched.get(id);
      if (watched === undefined) continue;
      const before = watched.standing;
      if (before?.status === status && before.head === head) continue;
      watched.standing = { status, waitingFor: waiting_for ?? [], head, continuedAs: continued_as };
      for (const watch of watched.watches) watch.stand(watched.standing);
    }
  }

  /** What the worker of this process says needs no look. */
  #stand(run: string, status: RunStatus): void {
    const watched = this.#watched.get(run);
    if (watched === undefined) return;
    const before = watched.standing ?? { waitingFor: [], head: 0, continuedAs: null };
    watched.standing = { ...before, status };
    for (const watch of watched.watches) watch.stand(watched.standing);
  }

  #listen(): void {
    this.#listening ??= listen({
      url: this.#parts.databaseUrl,
      channels: { [DELTA_CHANNEL]: (payload) => this.#receive(payload) },
    });
    this.#listening.catch((error: unknown) => {
      this.#listening = undefined;
      this.#parts.log.warn({ err: error }, 'No live text of models: listening to the database failed.');
    });
  }

  #receive(payload: string): void {
    const id = deltaRun(payload);
    const watched = this.#watched.get(id);
    if (watched?.key === undefined) return;
    try {
      const { tenant, key } = watched;
      const delta = watched.text.decode(openDelta(payload, { id, tenant, key }));
      if (delta.text !== '') for (const watch of watched.watches) watch.say(delta);
    } catch (error) {
      this.#parts.log.warn({ run: id, err: error }, 'A piece of live text could not be opened.');
    }
  }
}

function shuttingDown(): BulkheadError {
  return new BulkheadError({
    code: 'shutting_down',
    message: 'This server is shutting down. Send the request again; another one takes it.',
    status: 503,
    retryable: true,
  });
}
