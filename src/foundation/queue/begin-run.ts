import type pg from 'pg';
import type { Entry } from '../../contract/entry.ts';
import type { RunFacts } from '../../contract/run.ts';
import type { Birth, FrameRow } from '../journal/index.ts';
import type { DataKey, KeyRing } from '../vault/index.ts';
import { insertRuns, type PreparedRun, prepareRun } from './create-run.ts';
import type { NamedRun } from './run-creator.ts';
import type { ClaimedRun } from './run-row.ts';

/** A run that its maker has from the start, before it is made. */
export type BegunRun = {
  claimed: ClaimedRun;
  frames: FrameRow[];
  /** What nobody has to read and open again. */
  known: KnownJournal;
  birth: Omit<Birth<PreparedRun>, 'onMade'>;
};

/** A journal whose owner wrote it a moment ago. */
export type KnownJournal = { key: DataKey; entries: readonly Entry[] };

/**
 * Prepares a run that is made together with the first frame of its owner, in one commit: who makes it has it, and
 * nobody has to claim it. Where the owner's lease does not hold, or the tenant or the agent has a limit, the run is
 * made all the same and stands in line, and what the owner wanted to record is void.
 *
 * @param owner the worker that makes it, under its lease
 */
export async function beginRun(
  keys: KeyRing,
  run: NamedRun,
  owner: { worker: string; epoch: number },
): Promise<BegunRun> {
  const now = Date.now();
  const prepared: PreparedRun = { ...(await prepareRun(keys, run, now)), owner };
  return {
    claimed: {
      facts: factsOf(run, now),
      kind: run.kind,
      class: run.retention ?? 'standard',
      budget: run.budget,
      inbox: 0,
      seen: 0,
      hostDeaths: 0,
      epoch: owner.epoch,
      claimedAt: now,
      wrappedKey: prepared.wrapped,
    },
    frames: [prepared.frame],
    known: { key: prepared.key, entries: [prepared.entry] },
    birth: { prepared, make },
  };
}

/** One function for all, by which a commit knows what it may make together. */
async function make(
  connection: pg.Pool | pg.PoolClient,
  births: readonly PreparedRun[],
  frames: readonly FrameRow[],
): Promise<Set<string>> {
  const made = await insertRuns(connection, births, frames);
  return new Set(made.flatMap(({ id, status }) => (status === 'running' ? id : [])));
}

function factsOf(run: NamedRun, createdAt: number): RunFacts {
  const { id, tenant, agent, version, lane, principal, session, subject } = run;
  return {
    id,
    tenant,
    agent,
    version,
    lane,
    principal,
    createdAt,
    ...(session === undefined ? {} : { session }),
    ...(subject === undefined ? {} : { subject }),
  };
}
