import type pg from 'pg';

/**
 * A run that is made in the commit of its owner's first frame. What it takes to make it is the queue's own; the
 * births of one commit are made together.
 */
export type Birth<Prepared = unknown> = {
  readonly prepared: Prepared;
  /** @returns the runs that are the owner's now; of any other its frame is not written */
  make(client: pg.PoolClient, births: readonly Prepared[]): Promise<Set<string>>;
  /** Called once: true when the run is there and the owner's; else it may be there, for anybody, or not at all. */
  onMade(isOwned: boolean): void;
};
