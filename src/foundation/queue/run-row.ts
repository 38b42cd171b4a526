import type { ResolvedBudget } from '../../contract/budget.ts';
import type { RetentionClass } from '../../contract/retention.ts';
import { LANES, type Lane, type RunFacts, type RunKind } from '../../contract/run.ts';

/** A run as it is claimed: its facts, whose it is, and where its inbox stands. */
export type ClaimedRun = {
  facts: RunFacts;
  kind: RunKind;
  class: RetentionClass;
  budget: ResolvedBudget;
  parentKey?: string;
  /** Messages ever filed, and how many of them the journal holds. */
  inbox: number;
  seen: number;
  hostDeaths: number;
  epoch: number;
  /** The database's clock when it was claimed, ms since 1970: the time that woke it has come by then. */
  claimedAt: number;
  /** Its data key as it is stored; absent when it was destroyed. */
  wrappedKey?: Buffer;
};

/** A row of the database's function `claim_runs`. */
export type RunRow = {
  id: string;
  tenant: string;
  class: RetentionClass;
  agent: string;
  kind: RunKind;
  version: string;
  principal: string;
  session: string | null;
  parent: string | null;
  parent_key: string | null;
  lane: number;
  budget: ResolvedBudget;
  inbox: number;
  seen: number;
  host_deaths: number;
  epoch: string;
  created_at: Date;
  claimed_at: Date;
  subject: string | null;
  wrapped: Buffer | null;
};

export function toClaimedRun(row: RunRow): ClaimedRun {
  return {
    facts: {
      id: row.id,
      tenant: row.tenant,
      agent: row.agent,
      version: row.version,
      lane: laneName(row.lane),
      principal: row.principal,
      createdAt: row.created_at.getTime(),
      ...(row.session === null ? {} : { session: row.session }),
      ...(row.subject === null ? {} : { subject: row.subject }),
      ...(row.parent === null ? {} : { parent: row.parent }),
    },
    kind: row.kind,
    class: row.class,
    budget: row.budget,
    ...(row.parent_key === null ? {} : { parentKey: row.parent_key }),
    inbox: row.inbox,
    seen: row.seen,
    hostDeaths: row.host_deaths,
    epoch: Number(row.epoch),
    claimedAt: row.claimed_at.getTime(),
    ...(row.wrapped === null ? {} : { wrappedKey: row.wrapped }),
  };
}

export function laneName(lane: number): Lane {
  return LANES[lane] ?? 'normal';
}

export function laneNumber(lane: Lane): number {
  return LANES.indexOf(lane);
}
