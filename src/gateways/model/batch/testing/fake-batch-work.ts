import type { ManualClock } from '../../../../../test/fakes/manual-clock.ts';
import type { BatchOutcome } from '../batch-requests.ts';
import type { BatchAnswer, BatchedRequest, BatchWork, HeldBatch } from '../batch-work.ts';

/** Batches in memory, by a clock that a test moves. */
export class FakeBatchWork implements BatchWork {
  readonly clock: ManualClock;
  /** What waits to be collected. */
  waiting: BatchedRequest[] = [];
  readonly answers = new Map<string, BatchOutcome>();
  readonly ended: string[] = [];
  /** What the next write does in place of its work. */
  failing: Error | undefined;
  #batch: (HeldBatch & { nextAt: number; requests: BatchedRequest[] }) | undefined;

  constructor(clock: ManualClock) {
    this.clock = clock;
  }

  async collect(): Promise<boolean> {
    if (this.#batch !== undefined || this.waiting.length === 0) return false;
    const [requests, madeAt] = [this.waiting, this.clock.now()];
    const model = 'openai/gpt-5-mini';
    const calls = new Set(requests.map(({ number }) => number)).size;
    const made = {
      id: 'b-1',
      provider: 'openai',
      model,
      providerId: null,
      age: 0,
      madeAt,
      calls,
      attempts: 0,
      handedOverAt: null,
    };
    this.#batch = { ...made, nextAt: madeAt, requests };
    this.waiting = [];
    return true;
  }

  async hold(lease: number): Promise<HeldBatch[]> {
    const batch = this.#batch;
    if (batch === undefined || batch.nextAt > this.clock.now() || this.ended.length > 0) return [];
    batch.attempts += 1;
    batch.nextAt = this.clock.now() + lease;
    return [{ ...batch, age: this.clock.now() - batch.madeAt }];
  }

  async requestsOf(): Promise<BatchedRequest[]> {
    return (this.#batch?.requests ?? []).filter(({ id }) => !this.answers.has(id));
  }

  async isWaitedFor(): Promise<boolean> {
    return (await this.requestsOf()).length > 0;
  }

  async handingOver(_: HeldBatch, calls: number): Promise<void> {
    if (this.#batch !== undefined) Object.assign(this.#batch, { calls, handedOverAt: this.clock.now() });
  }

  async othersThan(): Promise<Set<string>> {
    return new Set();
  }

  async submitted(_: HeldBatch, providerId: string, nextIn: number): Promise<void> {
    this.#fail();
    if (this.#batch !== undefined)
      Object.assign(this.#batch, { providerId, nextAt: this.clock.now() + nextIn });
  }

  async later(_: HeldBatch, nextIn: number): Promise<void> {
    this.#fail();
    if (this.#batch !== undefined) this.#batch.nextAt = this.clock.now() + nextIn;
  }

  async answer(answers: readonly BatchAnswer[]): Promise<void> {
    this.#fail();
    for (const { request, outcome } of answers)
      if (!this.answers.has(request.id)) this.answers.set(request.id, outcome);
  }

  async end({ id }: HeldBatch): Promise<void> {
    this.ended.push(id);
  }

  /** The run of a request is cancelled. */
  callOff(id: string): void {
    if (this.#batch === undefined) return;
    this.#batch.requests = this.#batch.requests.filter((request) => request.id !== id);
  }

  #fail(): void {
    const { failing } = this;
    this.failing = undefined;
    if (failing !== undefined) throw failing;
  }
}
