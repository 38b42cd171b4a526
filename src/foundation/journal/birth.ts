import type pg from 'pg';
import type { FrameRow } from './frame.ts';

/**
 * A run that is made in the commit of its owner's first frame. What it takes to make it is the queue's own; the
 * births of one commit are made together.
 */
export type Birth<Prepared = unknown> = {
  readonly prepared: Prepared;
  /**
   * One statement, so that a commit of births alone needs no transaction around it.
   *
   * @param frames of the owner, written for those runs that are its own
   * @returns the runs that are the owner's now
   */
  make(
    connection: pg.Pool | pg.PoolClient,
    births: readonly Prepared[],
    frames: readonly FrameRow[],
  ): Promise<Set<string>>;
  /** Called once: true when the run is there and the owner's; else it may be there, for anybody, or not at all. */
  onMade(isOwned: boolean): void;
};
