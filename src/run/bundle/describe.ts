import { createHash } from 'node:crypto';
import type { Agent, RoutingPolicy, WindowPolicy } from '../../contract/agent.ts';
import type { ToolApproval } from '../../contract/approval.ts';
import { type Budget, DEFAULT_BUDGET, type ResolvedBudget } from '../../contract/budget.ts';
import {
  DEFAULT_SEMANTIC,
  DEFAULT_WITNESSES,
  type ModelCaching,
  type ResolvedModelCaching,
} from '../../contract/cache.ts';
import { milliseconds } from '../../contract/duration.ts';
import { canonicalJson } from '../../contract/json.ts';
import type { BundleManifest, DefinitionManifest } from '../../contract/manifest.ts';
import type { Tool } from '../../contract/tool.ts';
import type { Workflow } from '../../contract/workflow.ts';
import { definitionsOf } from './definitions-of.ts';
import { describeTool } from './describe-tool.ts';
import { schemaToJson } from './schema-to-json.ts';

/** A model that says it is less sure than this is not believed, unless the agent says otherwise. */
const escalateBelow = 0.6;

/**
 * Describes the agents and workflows that a loaded bundle exports, by name. Loads nothing but the
 * contract, so that it can run where author code does.
 *
 * @throws BulkheadError `no_definitions`, `duplicate_definition`, `invalid_definition`
 * @example
 * describeModule(await import(bundleUrl)); // { format: 1, definitions: [{ kind: 'agent', name: 'support', … }] }
 */
export function describeModule(module: object): BundleManifest {
  return { format: 1, definitions: definitionsOf(module).map(describeDefinition) };
}

/** Describes one agent or workflow. @throws BulkheadError `invalid_definition` */
export function describeDefinition(definition: Agent | Workflow): DefinitionManifest {
  const subject = `${definition.kind} "${definition.name}"`;
  const { name, kind, description, inputSchema, outputSchema } = definition;
  const described: Omit<DefinitionManifest, 'hash'> = {
    kind,
    name,
    ...(description === undefined ? {} : { description }),
    model: definition.model ?? null,
    ...(definition.routing === undefined ? {} : { routing: routingOf(definition.routing) }),
    ...(definition.residency === undefined ? {} : { residency: [...definition.residency] }),
    ...(definition.onOutage === undefined ? {} : { onOutage: definition.onOutage }),
    effects: [...(definition.policy?.effects ?? ['read'])],
    tools: toolsOf(definition).map(([tool, value]) => describeTool(tool, value, `${subject}: tools.${tool}`)),
    toolApproval: approvals(definition.toolApproval ?? {}),
    budget: resolveBudget(definition.budget ?? {}),
    ...(definition.cache === undefined ? {} : { cache: resolveModelCaching(definition.cache) }),
    ...(definition.batch === undefined ? {} : { batch: definition.batch }),
    ...(definition.retention === undefined ? {} : { retention: definition.retention }),
    ...(inputSchema === undefined
      ? {}
      : { inputSchema: schemaToJson(inputSchema, 'input', `${subject}: inputSchema`) }),
    ...(outputSchema === undefined
      ? {}
      : { outputSchema: schemaToJson(outputSchema, 'output', `${subject}: outputSchema`) }),
    ...(definition.kind === 'workflow'
      ? {}
      : {
          instructions: definition.instructions,
          ...(definition.rules === undefined ? {} : { rules: [...definition.rules] }),
          escalateBelow: definition.escalateBelow ?? escalateBelow,
          ...(definition.window === undefined ? {} : { window: windowOf(definition.window) }),
        }),
  };
  return { ...described, hash: createHash('sha256').update(canonicalJson(described)).digest('hex') };
}

function routingOf({
  cascade,
  verify,
  shadow,
  quality,
}: RoutingPolicy): NonNullable<DefinitionManifest['routing']> {
  return {
    ...(cascade ? { cascade } : {}),
    ...(verify === undefined ? {} : { verify: true }),
    ...(shadow === undefined ? {} : { shadow }),
    ...(quality === undefined ? {} : { quality }),
  };
}

function windowOf({
  tokens,
  compactAt,
  keepTurns,
  pinned,
}: WindowPolicy): NonNullable<DefinitionManifest['window']> {
  return {
    ...(tokens === undefined ? {} : { tokens }),
    ...(compactAt === undefined ? {} : { compactAt }),
    ...(keepTurns === undefined ? {} : { keepTurns }),
    ...(pinned === undefined ? {} : { pinned: [...pinned] }),
  };
}

function resolveModelCaching({ exact, semantic }: ModelCaching): ResolvedModelCaching {
  return {
    ...(exact === undefined ? {} : { exact: milliseconds(exact) }),
    ...(semantic === undefined
      ? {}
      : {
          semantic: {
            ttl: milliseconds(semantic.ttl),
            threshold: semantic.threshold ?? DEFAULT_SEMANTIC.threshold,
            embedding: semantic.embedding ?? DEFAULT_SEMANTIC.embedding,
            maxWrong: semantic.maxWrong ?? DEFAULT_SEMANTIC.maxWrong,
            sample: semantic.sample ?? DEFAULT_SEMANTIC.sample,
            ...(semantic.witnesses === false
              ? {}
              : { witnesses: { ...DEFAULT_WITNESSES, ...semantic.witnesses } }),
          },
        }),
  };
}

/** What `agent()` and `workflow()` return holds no bare tools any more. */
function toolsOf(definition: Agent | Workflow): [string, Tool][] {
  return Object.entries(definition.tools ?? {}) as [string, Tool][];
}

function approvals(
  declared: Readonly<Record<string, ToolApproval | undefined>>,
): DefinitionManifest['toolApproval'] {
  const resolved: DefinitionManifest['toolApproval'] = {};
  for (const [tool, approval] of Object.entries(declared)) {
    if (approval === undefined) continue;
    if (typeof approval === 'function') resolved[tool] = 'function';
    else resolved[tool] = typeof approval === 'string' ? approval : approval.status;
  }
  return resolved;
}

function resolveBudget(budget: Budget): ResolvedBudget {
  const given = Object.fromEntries(Object.entries(budget).filter(([, limit]) => limit !== undefined));
  return {
    ...DEFAULT_BUDGET,
    ...given,
    ...(budget.time === undefined ? {} : { time: milliseconds(budget.time) }),
  };
}
