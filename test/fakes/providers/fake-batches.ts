type Headers = Readonly<Record<string, string>>;
type Body = Readonly<Record<string, unknown>>;
/** What a call is answered by itself. */
type AnswerCall = (path: string, headers: Headers, body: Body) => Promise<{ status: number; body: unknown }>;

/** One call of a batch, and what became of it once the batch has ended; without a result it expired. */
export type FakeBatchCall = {
  id: string;
  path: string;
  body: Body;
  result?: { status: number; body: unknown };
};

export type FakeBatch = {
  id: string;
  calls: FakeBatchCall[];
  headers: Headers;
  metadata: unknown;
  /** Milliseconds since the epoch. */
  createdAt: number;
  ended: boolean;
  /** Called off before it had ended. */
  cancelled: boolean;
};

/** `refused`: 403. `failed`: 503. `lost`: it does what it was asked, and the connection breaks before it says so. */
export type BatchFault = 'refused' | 'failed' | 'lost';

/** The batches of a fake provider. They end when they are next asked for, unless they are held. */
export class FakeBatches {
  readonly all: FakeBatch[] = [];
  /** Files that were uploaded, by their ids. */
  readonly files = new Map<string, string>();
  /** Batches do not end. */
  held = false;
  /** Calls are not answered: they expire. */
  expiring = false;
  readonly #faults: BatchFault[] = [];
  readonly #answerCall: AnswerCall;

  constructor(answerCall: AnswerCall) {
    this.#answerCall = answerCall;
  }

  /** Spoils the next requests that hand something over, or the next `times`. */
  fault(kind: BatchFault, times = 1): void {
    for (let time = 0; time < times; time += 1) this.#faults.push(kind);
  }

  /** Of a request that hands something over. */
  takeFault(): BatchFault | undefined {
    return this.#faults.shift();
  }

  make(batch: Pick<FakeBatch, 'calls' | 'headers' | 'metadata'>): FakeBatch {
    const made = {
      ...batch,
      id: `batch_${this.all.length + 1}`,
      createdAt: Date.now(),
      ended: false,
      cancelled: false,
    };
    this.all.push(made);
    return made;
  }

  /** Calls a batch off: its calls are not answered. One that has ended stays as it is. */
  cancel(id: string): FakeBatch | undefined {
    const batch = this.all.find((other) => other.id === id);
    if (batch !== undefined && !batch.ended) Object.assign(batch, { ended: true, cancelled: true });
    return batch;
  }

  /** All, the latest first, as {@link find} brings them. */
  async list(): Promise<FakeBatch[]> {
    for (const { id } of this.all) await this.find(id);
    return this.all.toReversed();
  }

  /** The batch, brought to its end unless it is held. */
  async find(id: string): Promise<FakeBatch | undefined> {
    const batch = this.all.find((other) => other.id === id);
    if (batch === undefined || batch.ended || this.held) return batch;
    for (const call of batch.calls) {
      if (!this.expiring) call.result = await this.#answerCall(call.path, batch.headers, call.body);
    }
    batch.ended = true;
    return batch;
  }
}
