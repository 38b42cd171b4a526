import { uuidv7 } from 'uuidv7';
import type { Budget, ResolvedBudget } from '../../../contract/budget.ts';
import { milliseconds } from '../../../contract/duration.ts';
import { BulkheadError, serializeError } from '../../../contract/errors.ts';
import type { DefinitionManifest } from '../../../contract/manifest.ts';
import { remaining, spending } from '../../../pillars/budget/index.ts';
import type { Settled } from '../../protocol.ts';
import { settledOf } from '../recorded-steps.ts';
import type { StepContext, StepHandler } from './step-context.ts';

/** A child run: its allowance is set aside here until it ends and its end is filed in this run's inbox. */
export const childStep: StepHandler<'child'> = async (context, request) => {
  const { step, run, services } = context;
  // It may end while other steps of this run are at work.
  const ended = step.entries.find(({ meta }) => meta.kind === 'child.completed');
  if (ended !== undefined) return settledOf(ended);
  const started = step.entries.find(({ meta }) => meta.kind === 'child.started')?.meta;
  const allowance = started?.kind === 'child.started' ? started.allowance : undefined;
  const child = started?.kind === 'child.started' ? started.child : uuidv7();
  try {
    const definition = definitionOf(context, request.definition);
    const budget = { ...budgetOf(context, definition, request.budget ?? {}), ...allowance };
    if (allowance === undefined) {
      if (definition.kind === 'agent') checkAllowance(definition, budget);
      step.record({
        meta: {
          kind: 'child.started',
          key: step.key,
          child,
          agent: definition.name,
          allowance: { usd: budget.usd, tokens: budget.tokens },
        },
        body: { requestHash: context.requestHash, input: request.input },
      });
    }
    await step.durable();
    await services.createChild({
      id: child,
      tenant: run.facts.tenant,
      agent: definition.name,
      kind: definition.kind,
      version: run.facts.version,
      principal: run.facts.principal,
      lane: run.facts.lane,
      budget,
      input: request.input,
      parent: { run: run.facts.id, key: step.key },
      retention: run.class,
      ...(run.facts.subject === undefined ? {} : { subject: run.facts.subject }),
    });
  } catch (error) {
    if (BulkheadError.isInstance(error) && !error.retryable) return refused(context, child, error);
    throw error;
  }
  return step.suspend({ for: 'child', child });
};

/** Recorded like an end: when the code runs again it is told the same, whatever is left of the budget then. */
function refused({ step, requestHash }: StepContext, child: string, thrown: BulkheadError): Settled {
  const error = serializeError(thrown);
  const { code } = error;
  step.record({
    meta: { kind: 'child.completed', key: step.key, child, outcome: 'denied', tokens: 0, usd: 0, code },
    body: { requestHash, error },
  });
  return { ok: false, error };
}

function definitionOf({ manifest }: StepContext, name: string): DefinitionManifest {
  const definition = manifest.definitions.find((candidate) => candidate.name === name);
  if (definition !== undefined) return definition;
  const names = manifest.definitions.map((candidate) => candidate.name).join(', ');
  throw new BulkheadError({
    code: 'unknown_definition',
    message: `The bundle exports no agent or workflow "${name}". It exports: ${names}.`,
  });
}

/** A child may spend no more than its own definition, its caller and what is left of the parent allow. */
function budgetOf(
  { journal, run }: StepContext,
  { budget: own }: DefinitionManifest,
  asked: Budget,
): ResolvedBudget {
  const left = remaining(journal.views.of(spending), run.budget);
  const usd = [own.usd, asked.usd ?? null, left.usd].filter((limit) => limit !== null);
  return {
    usd: usd.length === 0 ? null : Math.min(...usd),
    tokens: Math.min(own.tokens, asked.tokens ?? own.tokens, left.tokens),
    // Calls and time are limits of each run, not a sum over a family: a child gets no more of them than its parent.
    modelCalls: Math.min(own.modelCalls, asked.modelCalls ?? own.modelCalls, run.budget.modelCalls),
    toolCallsPerTurn: Math.min(
      own.toolCallsPerTurn,
      asked.toolCallsPerTurn ?? own.toolCallsPerTurn,
      run.budget.toolCallsPerTurn,
    ),
    time: Math.min(own.time, asked.time === undefined ? own.time : milliseconds(asked.time), run.budget.time),
  };
}

function checkAllowance({ name }: DefinitionManifest, { tokens, usd }: ResolvedBudget): void {
  if (tokens > 0 && usd !== 0) return;
  throw new BulkheadError({
    code: 'budget_exceeded',
    message: `Nothing is left of the run's budget for "${name}": it is spent, or set aside for children that still run. Give children that run side by side a part each, context.run(${name}, input, { budget: { tokens: 20_000 } }), or raise the budget of the run.`,
    denied: true,
  });
}
