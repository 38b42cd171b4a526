import type pg from 'pg';
import { type Clock, systemClock } from '../../../contract/clock.ts';
import { type LinearModel, unpackModel } from '../learn/index.ts';

/** A learned route as a worker asks it. */
export type ActiveRoute = { version: number; pair: string; threshold: number; model: LinearModel };

/** Milliseconds between two readings. */
const REFRESH_EVERY = 2_000;
/** Milliseconds after which a reading may not decide any more: the plain order does. */
const STALE_AFTER = 60_000;

const VERSIONS = 'SELECT tenant, agent, version FROM routing_route WHERE active';
const WEIGHTS = `SELECT version, pair, threshold, weights FROM routing_route
  WHERE active AND tenant = $1 AND agent = $2`;

/**
 * The learned routes of all agents, at hand in memory and read again and again. It chooses between models that may all
 * be asked, so what cannot be read is no danger: the plain order holds.
 */
export class Routes {
  readonly #pool: Pick<pg.Pool, 'query'>;
  readonly #clock: Clock;
  readonly #routes = new Map<string, ActiveRoute>();
  #read = Number.NEGATIVE_INFINITY;
  #stopping: AbortController | undefined;

  constructor({ pool, clock = systemClock }: { pool: Pick<pg.Pool, 'query'>; clock?: Clock }) {
    this.#pool = pool;
    this.#clock = clock;
  }

  start(): void {
    if (this.#stopping !== undefined) return;
    this.#stopping = new AbortController();
    const { signal } = this.#stopping;
    const loop = async () => {
      while (!signal.aborted) {
        await this.refresh().catch(() => {});
        await this.#clock.sleep(REFRESH_EVERY, signal);
      }
    };
    loop().catch(() => {});
  }

  stop(): void {
    this.#stopping?.abort();
    this.#stopping = undefined;
  }

  find(tenant: string, agent: string): ActiveRoute | undefined {
    return this.#read < this.#clock.now() - STALE_AFTER ? undefined : this.#routes.get(nameOf(tenant, agent));
  }

  /** Reads what has changed. */
  async refresh(): Promise<void> {
    const begun = this.#clock.now();
    const { rows } = await this.#pool.query<{ tenant: string; agent: string; version: number }>(VERSIONS);
    const standing = new Set(rows.map(({ tenant, agent }) => nameOf(tenant, agent)));
    for (const name of this.#routes.keys()) if (!standing.has(name)) this.#routes.delete(name);
    for (const { tenant, agent, version } of rows) {
      if (this.#routes.get(nameOf(tenant, agent))?.version === version) continue;
      await this.#load(tenant, agent);
    }
    this.#read = begun;
  }

  async #load(tenant: string, agent: string): Promise<void> {
    type Row = Omit<ActiveRoute, 'model'> & { weights: Buffer };
    const [row] = (await this.#pool.query<Row>(WEIGHTS, [tenant, agent])).rows;
    const model = row === undefined ? undefined : unpackModel(row.weights);
    // Weights of an earlier form wait for the next training; so does what no training can have left there.
    if (row === undefined || model === undefined || !isScore(row.threshold))
      this.#routes.delete(nameOf(tenant, agent));
    else this.#routes.set(nameOf(tenant, agent), { ...row, model });
  }
}

function isScore(threshold: number): boolean {
  return threshold >= 0 && threshold <= 1;
}

function nameOf(tenant: string, agent: string): string {
  return `${tenant} ${agent}`;
}
