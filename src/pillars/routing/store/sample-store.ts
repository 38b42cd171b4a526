import type pg from 'pg';
import type { Sample } from '../learn/index.ts';

/** What one call has shown, as the worker keeps it: how its run ends is read with it. */
export type NewSample = Omit<Sample, 'outcome'> & {
  tenant: string;
  /** The step's. */
  key: string;
  agent: string;
  pair: string;
};

/** Samples of an agent that are kept: of more the oldest go. */
const BOUND = 20_000;
/** Samples between two looks at the bound. */
const TRIM_EVERY = 500;
/** Samples that wait for the database at most; more are lost. */
const MOST_WAITING = 1_000;
/** Milliseconds that a worker which stops waits for them. */
const LAST_MOMENT = 2_000;

/** Keeps samples behind the calls: nobody waits for it, and one that cannot be kept is lost. */
export class SampleStore {
  readonly #pool: pg.Pool;
  readonly #writing = new Set<Promise<void>>();
  #added = 0;

  readonly #bound: number;
  readonly #trimEvery: number;

  /** @param pool the worker's */
  constructor(pool: pg.Pool, { bound = BOUND, trimEvery = TRIM_EVERY } = {}) {
    this.#pool = pool;
    this.#bound = bound;
    this.#trimEvery = trimEvery;
  }

  add(sample: NewSample): void {
    this.#behind(() => this.#write(sample));
  }

  /** The answer of a call turned out not to do: so says its sample from now on, whatever the checks had said. */
  refute(sample: Pick<NewSample, 'run' | 'key'>): void {
    // Its sample may be on its way still.
    const before = [...this.#writing];
    this.#behind(async () => {
      await Promise.all(before);
      await this.#refute(sample);
    });
  }

  /** Resolves once all samples are kept or lost, or nobody waits for them any more. */
  async settled(): Promise<void> {
    const patience = Promise.withResolvers<void>();
    const timeout = setTimeout(patience.resolve, LAST_MOMENT);
    await Promise.race([patience.promise, Promise.all(this.#writing)]);
    clearTimeout(timeout);
  }

  #behind(work: () => Promise<void>): void {
    if (this.#writing.size >= MOST_WAITING) return;
    const writing: Promise<void> = work()
      .catch(() => {})
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  async #refute({ run, key }: Pick<NewSample, 'run' | 'key'>): Promise<void> {
    await this.#pool.query({
      name: 'refute-routing-sample',
      text: `UPDATE routing_sample SET small = CASE used WHEN 'small' THEN false ELSE small END,
          large = CASE used WHEN 'large' THEN false ELSE large END
        WHERE run = $1 AND step_key = $2`,
      values: [run, key],
    });
  }

  async #write(sample: NewSample): Promise<void> {
    const { run, key, tenant, agent, pair, features, small, large, smallUsd, largeUsd, used } = sample;
    await this.#pool.query({
      name: 'write-routing-sample',
      text: `INSERT INTO routing_sample
          (run, step_key, tenant, agent, pair, words, numbers, small, large, small_usd, large_usd, used)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT (run, step_key) DO NOTHING`,
      values: [
        ...[run, key, tenant, agent, pair, features.words, features.numbers],
        ...[small, large, smallUsd, largeUsd, used],
      ],
    });
    this.#added += 1;
    if (this.#added % this.#trimEvery === 0) await this.#trim(tenant, agent);
  }

  async #trim(tenant: string, agent: string): Promise<void> {
    await this.#pool.query(
      `DELETE FROM routing_sample WHERE tenant = $1 AND agent = $2 AND taken_at < (
        SELECT taken_at FROM routing_sample WHERE tenant = $1 AND agent = $2
        ORDER BY taken_at DESC OFFSET $3 - 1 LIMIT 1)`,
      [tenant, agent, this.#bound],
    );
  }
}
