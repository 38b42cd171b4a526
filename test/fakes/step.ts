import { createHash } from 'node:crypto';
import type {
  Entry,
  EntryBody,
  EntryKind,
  EntryMeta,
  NewEntry,
  WaitReason,
} from '../../src/contract/entry.ts';
import { canonicalJson } from '../../src/contract/json.ts';
import type { Step } from '../../src/contract/step.ts';
import { ViewSet } from '../../src/contract/view.ts';
import { ManualClock, settled } from './manual-clock.ts';

export type Suspension = { key: string; reason: Omit<WaitReason, 'key'>; wakeAt: number | undefined };

/** A run's journal in memory: what steps record, what was durable when, and who waits. */
export class FakeRun {
  readonly clock: ManualClock;
  readonly entries: Entry[] = [];
  /** Steps that gave up their memory, oldest first. */
  readonly suspensions: Suspension[] = [];
  /** How many entries are on disk. */
  durable = 0;
  #views = new ViewSet(this.entries);
  #next = Promise.withResolvers<void>();

  constructor(clock: ManualClock = new ManualClock()) {
    this.clock = clock;
  }

  get views(): ViewSet {
    return this.#views;
  }

  record(entry: NewEntry): void {
    this.entries.push({ ...entry, meta: { ...entry.meta, at: this.clock.now() } });
    this.#next.resolve();
    this.#next = Promise.withResolvers();
  }

  step(key = 'main/1'): Step {
    const run = this;
    return {
      key,
      get entries() {
        return run.entries.filter(({ meta }) => 'key' in meta && meta.key === key);
      },
      get views() {
        return run.#views;
      },
      now: () => run.clock.now(),
      record: (entry) => run.record(entry),
      durable: async () => {
        run.durable = run.entries.length;
      },
      changed: () => run.#next.promise,
      suspend: (reason, wakeAt) => {
        run.suspensions.push({ key, reason, wakeAt });
        return new Promise<never>(() => {});
      },
      keyedHash: (value) =>
        createHash('sha256')
          .update(`${canonicalJson(value)}`)
          .digest('hex'),
    };
  }

  /** A crash or a wake-up: memory is gone, what was durable stays (everything, unless told). */
  restart({ losing = 0 }: { losing?: number } = {}): void {
    this.entries.splice(this.entries.length - losing, losing);
    this.suspensions.length = 0;
    this.#views = new ViewSet(this.entries);
  }

  /** The meta of all entries of one kind. */
  all<Kind extends EntryKind>(kind: Kind): Extract<EntryMeta, { kind: Kind }>[] {
    return this.entries
      .map(({ meta }) => meta)
      .filter((meta): meta is Extract<EntryMeta, { kind: Kind }> & { at: number } => meta.kind === kind);
  }

  kinds(): EntryKind[] {
    return this.entries.map(({ meta }) => meta.kind);
  }

  /** Answers the review that a step asked for, as the executor does with a decision from the inbox. */
  decide(key: string, decision: string, body: EntryBody = {}): void {
    const asked = this.all('review.requested').findLast((meta) => meta.key === key);
    if (asked === undefined) throw new Error(`Step ${key} asked for no review.`);
    const { review, reviewKind, binding } = asked;
    this.record({
      meta: {
        kind: 'review.decided',
        key,
        review,
        reviewKind,
        binding,
        decision,
        principal: 'ada',
        inbox: 1,
      },
      body,
    });
  }
}

/** What became of a promise, without waiting for it longer than other promises need to move. */
export async function stateOf(promise: Promise<unknown>): Promise<'pending' | 'fulfilled' | 'rejected'> {
  await settled();
  const pending = Symbol('pending');
  return Promise.race([promise, Promise.resolve(pending)]).then(
    (value) => (value === pending ? 'pending' : 'fulfilled'),
    () => 'rejected' as const,
  );
}
