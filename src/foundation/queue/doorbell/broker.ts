import type { Connector } from '../broker/held-connection.ts';

/** What a subscription is told. */
export type Ears = {
  /** A ring: a run's id, or '' for any worker. */
  heard(run: string): void;
  /** Each time that it stands. */
  connected(): void;
  /** Once, when it is over and does not come back by itself. */
  lost(error?: unknown): void;
};

/** What the four kinds of bell differ in. */
export type BellBroker<Connection> = {
  /** For people: 'Redis'. */
  name: string;
  /** The connection that rings travel over. */
  ringing: Connector<Connection>;
  /** Sends rings that came together: distinct run ids, and '' for any worker. Rejects when they are lost. */
  send(connection: Connection, runs: readonly string[]): Promise<void>;
  /** One subscription over a connection of its own; it stands when this resolves, and `connected` was called. */
  subscribe(ears: Ears, signal: AbortSignal): Promise<{ close(): Promise<void> }>;
};
