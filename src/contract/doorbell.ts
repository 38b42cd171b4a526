/**
 * Tells workers that something is ready. A hint and nothing more: rings may be lost, repeated or reordered,
 * also all of them for as long as the broker is away, and the workers' sweep finds whatever nobody rang for.
 */
export type Doorbell = {
  /**
   * Rings, after the commit that made something ready. `run` names a run for which a message was filed, so that
   * the worker that has it looks at once; without it any worker with room claims. Never throws and never waits.
   */
  ring(run?: string): void;
  /** Listens until stopped, connecting again by itself. Resolves when the first connection stands. */
  listen(listener: DoorbellListener): Promise<{ stop(): Promise<void> }>;
  /** Lets go of the connections that ringing holds. */
  close(): Promise<void>;
};

export type DoorbellListener = {
  onRing(run: string | undefined): void;
  /**
   * Whether this listener will take up what is rung for, because it has the run or has room: then a doorbell in
   * the same process need not wake anybody else.
   */
  takes?(run: string | undefined): boolean;
  /** After each connection, also the first: rings may have been missed, so look once. */
  onConnected(): void;
};
