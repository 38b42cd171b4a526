import { DIRECT_NAME } from '../agent.ts';
import { WHEN_SPENT } from '../budget.ts';
import { EFFECTS } from '../effect.ts';
import { RETENTION_CLASSES } from '../retention.ts';
import type { ToolSet } from '../tool.ts';
import { adoptTools } from './adopt-tools.ts';
import { approvalsFor } from './check-approval.ts';
import { batchPolicy } from './check-batch.ts';
import { modelCaching } from './check-cache.ts';
import { type Fields, isObject, objectWith, optional } from './check-fields.ts';
import { modelChoice } from './check-model.ts';
import { residency, residencyFitsCache, routingFitsModel, routingPolicy } from './check-routing.ts';
import { count, duration, listOf, name, numberFrom, oneOf, text } from './check-values.ts';
import { type Check, fieldOf, type Place, refuse } from './place.ts';
import { showValue } from './show-value.ts';

const budget = objectWith({
  usd: optional(numberFrom(0)),
  tokens: optional(count),
  inputTokens: optional(count),
  outputTokens: optional(count),
  modelCalls: optional(count),
  toolCallsPerTurn: optional(count),
  toolCalls: optional(count),
  time: optional(duration),
  whenSpent: optional(oneOf(WHEN_SPENT)),
});

/** A workflow's code decides itself what it returns; nobody can answer in its place. */
const workflowBudget: Check = (value, place) => {
  budget(value, place);
  if (isObject(value) && value.whenSpent === 'partial')
    refuse(fieldOf(place, 'whenSpent'), 'is "partial"', 'only an agent can answer once more; leave it out');
};

const policy = objectWith({ effects: listOf(oneOf(EFFECTS)) });

/** Tools and their approvals are looked at together, after the fields. */
const later: Check = () => {};

/** Its runs, budgets and usage could not be told from those of calls that name no agent. */
const ownName: Check = (value, place) => {
  name(value, place);
  if (value === DIRECT_NAME)
    refuse(place, `is "${DIRECT_NAME}"`, 'model calls that name no agent have that name; choose another');
};

const governed: Fields = {
  name: ownName,
  description: optional(text),
  model: optional(modelChoice),
  routing: optional(routingPolicy),
  residency: optional(residency),
  policy: optional(policy),
  tools: later,
  toolApproval: later,
  budget: optional(budget),
  cache: optional(modelCaching),
  batch: optional(batchPolicy),
  retention: optional(oneOf(RETENTION_CLASSES)),
};

/**
 * Checks what agents and workflows have in common, and the fields of their own.
 *
 * @returns the definition with its kind and its tools in their full form, frozen.
 * @throws BulkheadError `invalid_definition`
 */
export function checkGoverned(kind: 'agent' | 'workflow', definition: unknown, own: Fields): object {
  if (!isObject(definition)) {
    refuse({ subject: kind, path: '' }, `is ${showValue(definition)}`, `write ${kind}({ name: …, … })`);
  }
  const place: Place = { subject: subjectOf(kind, definition.name), path: '' };
  objectWith({
    ...governed,
    ...(kind === 'workflow' ? { budget: optional(workflowBudget) } : {}),
    ...own,
    kind: optional(oneOf([kind])),
  })(definition, place);
  routingFitsModel(definition, place);
  residencyFitsCache(definition, place);
  const tools: ToolSet = adoptTools(definition.tools ?? {}, fieldOf(place, 'tools'));
  if (definition.toolApproval !== undefined) {
    approvalsFor(Object.keys(tools))(definition.toolApproval, fieldOf(place, 'toolApproval'));
  }
  return Object.freeze({ ...definition, kind, tools });
}

function subjectOf(kind: string, given: unknown): string {
  return typeof given === 'string' && given !== '' ? `${kind} ${showValue(given)}` : kind;
}
