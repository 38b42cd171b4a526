/** What the lease's thread is started with. */
export type LeaseOptions = {
  url: string;
  worker: string;
  epoch: number;
  /** How long a lease lasts without a renewal, ms. */
  lease: number;
  /** How often it is renewed, ms. */
  every: number;
  /** A main thread that is silent for so long is given up, ms. */
  patience: number;
};

/** From the thread. */
export type LeaseMessage =
  /** For the first time: from now on the thread keeps the lease. */
  | { type: 'renewed' }
  /** The lease was taken away, or given up because the main thread was silent. */
  | { type: 'lost'; reason: 'declared-dead' | 'main-thread-silent' };
