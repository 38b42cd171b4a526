import { BulkheadError } from '../../../contract/errors.ts';
import { isTerminal, type RunStatus } from '../../../contract/run.ts';
import { inTenant } from '../../../foundation/store/index.ts';
import type { RouteParts } from '../parts.ts';
import { readRun, unknownRun } from '../runs/read-run.ts';
import { type JournalPage, openPage, readPage } from './journal-page.ts';
import type { Watch } from './watch.ts';

/** Milliseconds after which a quiet stream says that it is alive: proxies cut what is silent. */
const HEARTBEAT_EVERY = 15_000;
/** Frames read at once. */
const PAGE = 100;
const RETRY_AFTER = 1_000;

/** Where a reader stopped: the entry that it saw last. */
export type Position = { frame: number; index: number };

/**
 * A run's entries from after `position` on, live text in between, and its end, as server-sent events. Each
 * is read when the reader has taken the one before: a slow reader holds up nothing and fills no memory.
 *
 * @param signal fires when the reader has gone
 */
export async function* runEvents(
  parts: RouteParts,
  run: { tenant: string; id: string },
  position: Position | undefined,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const watch = await parts.watcher.watch(run.tenant, run.id);
  try {
    let next = position?.frame ?? 0;
    for (;;) {
      const page = await readOn(parts, run, next, signal);
      if (page === undefined) return;
      for (const { frame, index, ...entry } of await openPage(parts.keys, run, page)) {
        if (position !== undefined && frame === position.frame && index <= position.index) continue;
        yield `id: ${frame}.${index}\nevent: entry\ndata: ${JSON.stringify(entry)}\n\n`;
      }
      next = (page.frames.at(-1)?.frame ?? next - 1) + 1;
      if (page.frames.length === PAGE) continue;
      if (isTerminal(page.status)) {
        yield `event: end\ndata: ${JSON.stringify(await readRun(parts.store, parts.keys, run.tenant, run.id))}\n\n`;
        return;
      }
      yield* liveText(parts, watch, next, signal);
      if (watch.ended || signal.aborted) return;
    }
  } finally {
    watch.close();
  }
}

/** Text until the journal has grown; heartbeats while there is nothing. */
async function* liveText(
  { clock }: RouteParts,
  watch: Watch,
  next: number,
  signal: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  let news: Promise<false> | undefined;
  for (;;) {
    for (const delta of watch.takeDeltas()) yield `event: delta\ndata: ${JSON.stringify(delta)}\n\n`;
    const { standing } = watch;
    if (standing !== undefined && (standing.head >= next || isTerminal(standing.status))) return;
    const heard = new AbortController();
    const silence = clock.sleep(HEARTBEAT_EVERY, heard.signal).then(
      () => true,
      () => false,
    );
    news ??= watch.changed(signal).then(() => false);
    const silent = await Promise.race([news, silence]);
    heard.abort();
    if (watch.ended || signal.aborted) return;
    if (silent) yield ': still here\n\n';
    else news = undefined;
  }
}

/** The next page; undefined when the reader went while the database was away. */
async function readOn(
  { store, clock }: RouteParts,
  run: { tenant: string; id: string },
  from: number,
  signal: AbortSignal,
): Promise<(JournalPage & { status: RunStatus }) | undefined> {
  while (!signal.aborted) {
    try {
      const page = await inTenant(store, run.tenant, (client) => readPage(client, run.id, from, PAGE));
      if (page === undefined) throw unknownRun(run.id);
      return page;
    } catch (error) {
      if (!BulkheadError.isInstance(error) || error.code !== 'database_unreachable') throw error;
      await clock.sleep(RETRY_AFTER, signal).catch(() => {});
    }
  }
  return undefined;
}
