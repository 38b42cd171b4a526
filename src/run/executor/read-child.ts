import type pg from 'pg';
import type { ChainSpending, Entry } from '../../contract/entry.ts';
import { BulkheadError } from '../../contract/errors.ts';
import { ViewSet } from '../../contract/view.ts';
import { decodeFrame, readStreams } from '../../foundation/journal/index.ts';
import type { KeyRing } from '../../foundation/vault/index.ts';
import { spending } from '../../pillars/budget/index.ts';
import { runState, terminalStatus } from './run-state.ts';
import type { ChildResult } from './services.ts';

/** How a child run ended, from its own journal. @throws BulkheadError `child_not_finished` */
export async function readChild(
  pool: pg.Pool,
  keys: KeyRing,
  tenant: string,
  run: string,
): Promise<ChildResult> {
  const { rows } = await pool.query<{ class: string }>({
    name: 'class-of-run',
    text: 'SELECT class FROM run WHERE id = $1',
    values: [run],
  });
  const retention = rows[0]?.class ?? 'standard';
  const frames = (await readStreams(pool, retention, [run])).get(run) ?? [];
  const key = await keys.dataKey(tenant, run);
  const entries = frames.flatMap((frame) => decodeFrame(frame, key));
  const views = new ViewSet(entries);
  const { terminal, sums } = views.of(runState);
  const { spent } = views.of(spending);
  if (terminal === undefined) {
    throw new BulkheadError({ code: 'child_not_finished', message: `Child run ${run} has not finished.` });
  }
  const before = earlierLinks(entries[0]);
  const body = entries.findLast(({ meta }) => meta.kind === terminal.kind)?.body;
  const error = body?.error;
  return {
    status: terminalStatus(terminal),
    output: body?.output ?? null,
    ...(error === undefined ? {} : { error: { code: error.code, message: error.message } }),
    usage: {
      inputTokens: spent.inputTokens + before.inputTokens,
      outputTokens: spent.outputTokens + before.outputTokens,
    },
    tokens: spent.tokens + before.tokens,
    usd: spent.usd + before.usd,
    modelCalls: sums.modelCalls + (before.modelCalls ?? 0),
    toolCalls: sums.toolCalls + (before.toolCalls ?? 0),
  };
}

/** What the runs had spent that this one continues: its parent knows them as one child. */
function earlierLinks(created: Entry | undefined): ChainSpending {
  const spent = created?.meta.kind === 'run.created' ? created.meta.continues?.spent : undefined;
  return spent ?? { inputTokens: 0, outputTokens: 0, tokens: 0, usd: 0 };
}
