import type pg from 'pg';
import type { Entry } from '../../contract/entry.ts';
import { BulkheadError, serializeError } from '../../contract/errors.ts';
import {
  type Birth,
  decodeFrame,
  type FrameRow,
  GENESIS,
  type JournalWriter,
  runLost,
  verifyChain,
} from '../../foundation/journal/index.ts';
import {
  type ClaimedRun,
  type KnownJournal,
  readInbox,
  readOwnedJournals,
} from '../../foundation/queue/index.ts';
import type { DataKey, KeyRing } from '../../foundation/vault/index.ts';
import type { ChatHosts } from '../chat/chat-hosts.ts';
import type { HostLease, HostPool } from '../code/host-pool.ts';
import { continuation } from '../executor/continuation.ts';
import { Execution } from '../executor/execution.ts';
import { cancelChildren, withdrawReviews } from '../executor/open-ends.ts';
import { RunJournal } from '../executor/run-journal.ts';
import { runState, terminalStatus } from '../executor/run-state.ts';
import type { ExecutorServices } from '../executor/services.ts';

/** A conflict on the first frame after a claim means that the owner before wrote last: read again. */
const READINGS = 10;

export type TakeUpParts = {
  pool: pg.Pool;
  keys: KeyRing;
  journal: JournalWriter;
  hosts: HostPool;
  chatHosts: ChatHosts;
  services: ExecutorServices;
};

/** A run that is made with the first frame of the worker that takes it up. */
export type Newborn = { birth: Birth; known: KnownJournal };

/**
 * Takes up a claimed run: verifies its journal, writes `run.claimed`, takes in what was filed and starts its code.
 *
 * @param frames its journal, as it was read after the claim
 * @param newborn of a run that is made with its first frame; when it turns out to be another's, nothing is done here
 * @param isNewest false once the worker has claimed the run again: a crash of the database may take a claim back
 */
export async function takeUp(
  parts: TakeUpParts,
  run: ClaimedRun,
  frames: readonly FrameRow[],
  worker: string,
  isNewest: () => boolean,
  onStarted: (execution: Execution) => void,
  newborn?: Newborn,
): Promise<void> {
  let refused: Error | undefined;
  for (let reading = 1; reading <= READINGS; reading += 1) {
    if (!isNewest()) return;
    const read = reading === 1 ? frames : await readAgain(parts, run, worker);
    // Somebody else has it by now.
    if (read === undefined) return;
    const key = newborn?.known.key ?? (await openKey(parts, run));
    const result = await own(parts, run, worker, read, key, onStarted, refused, newborn);
    // A run that was not made here is none of ours: what is there under its id is sealed under another key, and who
    // claims it reads that.
    if (result === 'done' || newborn !== undefined) return;
    if (result !== 'read-again') refused = result;
  }
  throw runLost(run.facts.id);
}

async function readAgain(
  { pool }: TakeUpParts,
  run: ClaimedRun,
  worker: string,
): Promise<FrameRow[] | undefined> {
  return (await readOwnedJournals(pool, { worker, epoch: run.epoch }, [run])).get(run.facts.id);
}

function openKey({ keys }: TakeUpParts, { facts, wrappedKey }: ClaimedRun): Promise<DataKey> {
  return wrappedKey === undefined
    ? keys.dataKey(facts.tenant, facts.id)
    : keys.unwrap(facts.tenant, facts.id, wrappedKey);
}

async function own(
  parts: TakeUpParts,
  run: ClaimedRun,
  worker: string,
  frames: readonly FrameRow[],
  key: DataKey,
  onStarted: (execution: Execution) => void,
  unwritable: Error | undefined,
  newborn: Newborn | undefined,
): Promise<'done' | 'read-again' | Error> {
  let claimed = false;
  let execution: Execution | undefined;
  let conflicted = false;
  /** The database will not store what the run wants to record: doing it all again would end the same. */
  let refused: Error | undefined;
  const entries: Entry[] = [];
  let broken: unknown = unwritable;
  try {
    if (newborn === undefined) {
      verifyChain(frames);
      for (const frame of frames) entries.push(...decodeFrame(frame, key));
    } else entries.push(...newborn.known.entries);
  } catch (error) {
    broken = error;
  }
  const last = frames.at(-1);
  const writer = parts.journal.open({
    stream: { class: run.class, id: run.facts.id, tenant: run.facts.tenant, key },
    epoch: run.epoch,
    next: (last?.frame ?? -1) + 1,
    head: last?.hash ?? GENESIS,
    ...(run.facts.parent === undefined ? {} : { parent: run.facts.parent }),
    ...(newborn === undefined ? {} : { birth: newborn.birth }),
    onLost: (error) => {
      if (BulkheadError.isInstance(error) && error.code === 'frame_refused') refused = error;
      conflicted = !claimed;
      execution?.lose();
    },
  });
  const journal = new RunJournal(writer, entries);
  const { terminal } = journal.views.of(runState);
  journal.record({ meta: { kind: 'run.claimed', epoch: run.epoch, worker } });
  if (terminal !== undefined) {
    // It ended under an owner whose last word on the row was refused: its end is said again, with the row.
    const { at: _, ...meta } = terminal;
    const body = entries.findLast((entry) => entry.meta.kind === terminal.kind)?.body;
    journal.record({ meta, ...(body === undefined ? {} : { body }) });
    await journal
      .settle(
        terminal.kind === 'run.continued'
          ? continuation(run, journal, parts.services)
          : {
              status: terminalStatus(terminal),
              ...('code' in terminal ? { errorCode: terminal.code } : {}),
            },
      )
      .catch(() => {});
    return conflicted ? 'read-again' : 'done';
  }
  if (broken !== undefined) {
    await fail(parts, run, journal, broken);
    return conflicted ? 'read-again' : 'done';
  }
  const durable = writer.durable().then(
    () => {
      claimed = true;
    },
    () => {},
  );
  let lease: HostLease | undefined;
  try {
    const isolated = run.hostDeaths > 0;
    try {
      const { tenant, version, id } = run.facts;
      lease =
        run.kind === 'chat'
          ? { host: await parts.chatHosts(tenant, version), release: () => {} }
          : await parts.hosts.acquire(tenant, version, isolated ? id : undefined);
    } catch (error) {
      if (!BulkheadError.isInstance(error) || !DEATHS.has(error.code)) throw error;
      // Code that ends its process while it is loaded would do so on every worker.
      if (isolated) await fail(parts, run, journal, error);
      else await handBackAfterDeath(journal, run, error);
      return conflicted ? 'read-again' : 'done';
    }
    const definition = lease.host.manifest.definitions.find(({ name }) => name === run.facts.agent);
    if (definition === undefined) {
      throw new BulkheadError({
        code: 'unknown_definition',
        message: `Version ${run.facts.version.slice(0, 12)} has no "${run.facts.agent}".`,
      });
    }
    execution = new Execution({
      run,
      key,
      journal,
      host: lease.host,
      definition,
      services: parts.services,
      isolated,
    });
    if (conflicted) execution.lose();
    else {
      onStarted(execution);
      await execution.start(
        run.inbox > run.seen ? await readInbox(parts.pool, [{ run: run.facts.id, seen: run.seen }]) : [],
      );
    }
    await execution.ended;
  } catch (error) {
    const failing =
      BulkheadError.isInstance(error) && !error.retryable ? fail(parts, run, journal, error) : undefined;
    execution?.lose();
    if (failing === undefined) throw error;
    await failing;
  } finally {
    lease?.release();
  }
  await durable;
  return refused ?? (conflicted ? 'read-again' : 'done');
}

/** What cannot be executed at all ends with its reason; what may work elsewhere is thrown and handed back. */
async function fail(parts: TakeUpParts, run: ClaimedRun, journal: RunJournal, error: unknown): Promise<void> {
  const serialized = serializeError(error, 'run_unreadable');
  await withdrawReviews(journal, parts.services).catch(() => {});
  await cancelChildren(journal, parts.services, run.facts).catch(() => []);
  journal.record({ meta: { kind: 'run.failed', code: serialized.code }, body: { error: serialized } });
  await journal.settle({ status: 'failed', errorCode: serialized.code }).catch(() => {});
}

/** How a code host can die while it loads its bundle. */
const DEATHS = new Set(['code_host_died', 'code_out_of_memory', 'code_unresponsive']);

async function handBackAfterDeath(journal: RunJournal, run: ClaimedRun, error: BulkheadError): Promise<void> {
  journal.record({ meta: { kind: 'run.interrupted', code: error.code } });
  await journal.settle({ status: 'queued', hostDeaths: run.hostDeaths + 1 }).catch(() => {});
}
