import type pg from 'pg';
import type { ResolvedBudget } from '../../contract/budget.ts';
import type { ChainSpending, EntryMeta } from '../../contract/entry.ts';
import type { Views } from '../../contract/view.ts';
import type { Settlement } from '../../foundation/journal/index.ts';
import type { ClaimedRun, ContinuingRun } from '../../foundation/queue/index.ts';
import {
  callsMade,
  committed,
  remaining,
  spending,
  toolCallsOfTurn,
  workedUntil,
  workingTime,
} from '../../pillars/budget/index.ts';
import type { RunJournal } from './run-journal.ts';

/**
 * How a run ends whose journal says that it goes on as a new one: that one is made in the same transaction, on
 * the same version, with what is left of the budget. Read from the journal alone, so that another owner can end
 * the run the same way.
 */
export function continuation(
  run: ClaimedRun,
  journal: RunJournal,
  services: { continueRun: (client: pg.PoolClient, run: ContinuingRun) => Promise<void> },
): Pick<Settlement, 'status' | 'continuedAs'> {
  const next = nextRun(run, journal);
  return {
    status: 'succeeded',
    continuedAs: { run: next.id, create: (client) => services.continueRun(client, next) },
  };
}

function nextRun(run: ClaimedRun, { entries, views }: RunJournal): ContinuingRun {
  const { facts, kind, class: retention, budget, parentKey } = run;
  const created = entries.map(({ meta }) => meta).find((meta) => meta.kind === 'run.created');
  const continued = entries.findLast(({ meta }) => meta.kind === 'run.continued');
  if (continued?.meta.kind !== 'run.continued') throw new Error(`Run ${facts.id} does not go on.`);
  return {
    id: continued.meta.run,
    tenant: facts.tenant,
    agent: facts.agent,
    kind,
    version: facts.version,
    principal: facts.principal,
    lane: facts.lane,
    retention,
    budget: leftOf(budget, views, continued.meta.at),
    input: continued.body?.input ?? null,
    ...(facts.session === undefined ? {} : { session: facts.session }),
    ...(facts.parent === undefined || parentKey === undefined
      ? {}
      : { parent: { run: facts.parent, key: parentKey } }),
    origin: {
      continues: { run: facts.id, spent: spentWith(created, views) },
      ...(created?.schedule === undefined ? {} : { schedule: created.schedule }),
    },
  };
}

/** Children that end with this run may have spent all that was set aside for them. */
function leftOf(budget: ResolvedBudget, views: Views, at: number): ResolvedBudget {
  const { modelCalls, toolCalls } = callsMade(views);
  return {
    ...remaining(views.of(spending), budget),
    modelCalls: Math.max(0, budget.modelCalls - modelCalls),
    ...(budget.toolCalls === undefined ? {} : { toolCalls: Math.max(0, budget.toolCalls - toolCalls) }),
    toolCallsPerTurn: Math.max(0, budget.toolCallsPerTurn - toolCallsOfTurn(views)),
    ...(budget.whenSpent === undefined ? {} : { whenSpent: budget.whenSpent }),
    time: Math.max(0, budget.time - workedUntil(views.of(workingTime), at)),
  };
}

/** What this run and those that it continues have spent. */
function spentWith(
  created: Extract<EntryMeta, { kind: 'run.created' }> | undefined,
  views: Views,
): ChainSpending {
  const before = created?.continues?.spent;
  const { inputTokens, outputTokens, tokens, usd } = committed(views.of(spending));
  const { modelCalls, toolCalls } = callsMade(views);
  return {
    inputTokens: inputTokens + (before?.inputTokens ?? 0),
    outputTokens: outputTokens + (before?.outputTokens ?? 0),
    tokens: tokens + (before?.tokens ?? 0),
    usd: usd + (before?.usd ?? 0),
    modelCalls: modelCalls + (before?.modelCalls ?? 0),
    toolCalls: toolCalls + (before?.toolCalls ?? 0),
  };
}
