import { uuidv7 } from 'uuidv7';
import type { ResolvedBudget } from '../../../contract/budget.ts';
import { BulkheadError, serializeError } from '../../../contract/errors.ts';
import type { DefinitionManifest } from '../../../contract/manifest.ts';
import type { Settled } from '../../protocol.ts';
import { settledOf } from '../recorded-steps.ts';
import { runState } from '../run-state.ts';
import { allowanceOf, childBudget, isTooLittle, isWorthAStart, leftForChildren } from './child-budget.ts';
import type { StepContext, StepHandler } from './step-context.ts';
import { amongSiblings } from './waiting-children.ts';

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
    const asked = request.budget ?? {};
    const children = allowance === undefined ? await amongSiblings(context.journal, step.key) : 1;
    const parts = { left: leftForChildren(context), parent: run.budget, children };
    const budget: ResolvedBudget = { ...childBudget(definition, asked, parts), ...allowance };
    if (allowance === undefined) {
      if (definition.kind === 'agent') {
        const sibling = siblingAtWork(context);
        // More will be left: nothing is lost by waiting for it.
        if (sibling !== undefined && isTooLittle(budget, definition.budget, asked))
          return step.suspend({ for: 'child', child: sibling });
        checkAllowance(definition, budget);
      }
      step.record({
        meta: {
          kind: 'child.started',
          key: step.key,
          child,
          agent: definition.name,
          allowance: allowanceOf(budget, run.budget),
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

function siblingAtWork({ journal }: StepContext): string | undefined {
  const [sibling] = journal.views.of(runState).openChildren.values();
  return sibling;
}

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

function checkAllowance({ name }: DefinitionManifest, budget: ResolvedBudget): void {
  if (isWorthAStart(budget)) return;
  throw new BulkheadError({
    code: 'budget_exceeded',
    message: `Nothing is left of the run's budget for "${name}": it is spent, or set aside for children that still run. Give children that run side by side a part each, context.run(${name}, input, { budget: { tokens: 20_000 } }), or raise the budget of the run.`,
    denied: true,
  });
}
