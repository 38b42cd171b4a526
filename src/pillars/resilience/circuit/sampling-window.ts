/** Milliseconds over which calls are looked at. */
const SPAN = 30_000;
const BUCKETS = 6;
const BUCKET = SPAN / BUCKETS;
/** Below so many calls chance decides. */
const LEAST_CALLS = 5;
/** The share of failed calls at which a provider counts as down. */
const FAILED_SHARE = 0.5;

/**
 * How the calls of the last 30 s went, in buckets of 5 s: of a busy provider it keeps no more than of a quiet one.
 *
 * @example
 * window.add(now, true);
 * window.tripped(now); // whether at least 5 calls came, and half of them failed
 */
export class SamplingWindow {
  readonly #buckets: { slot: number; calls: number; failed: number }[] = [];

  /** @param now milliseconds */
  add(now: number, failed: boolean): void {
    const slot = Math.floor(now / BUCKET);
    const place = slot % BUCKETS;
    let bucket = this.#buckets[place];
    if (bucket?.slot !== slot) {
      bucket = { slot, calls: 0, failed: 0 };
      this.#buckets[place] = bucket;
    }
    bucket.calls += 1;
    if (failed) bucket.failed += 1;
  }

  tripped(now: number): boolean {
    const { calls, failed } = this.#sum(now);
    return calls >= LEAST_CALLS && failed >= calls * FAILED_SHARE;
  }

  /** Whether nothing is left of it. */
  idle(now: number): boolean {
    return this.#sum(now).calls === 0;
  }

  #sum(now: number): { calls: number; failed: number } {
    const oldest = Math.floor(now / BUCKET) - BUCKETS;
    const sum = { calls: 0, failed: 0 };
    for (const bucket of this.#buckets) {
      if (bucket === undefined || bucket.slot <= oldest) continue;
      sum.calls += bucket.calls;
      sum.failed += bucket.failed;
    }
    return sum;
  }
}
