import type { ResolvedToolCaching, ToolCaching } from '../../contract/cache.ts';
import { milliseconds } from '../../contract/duration.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { ToolManifest } from '../../contract/manifest.ts';
import type { JsonSchema } from '../../contract/schema.ts';
import type { Tool, ToolOutputPolicy } from '../../contract/tool.ts';
import { schemaToJson } from './schema-to-json.ts';

/** Of one attempt. */
const timeout = 60_000;

/**
 * Describes one tool of a checked definition.
 *
 * @param field what errors call the tool: `agent "support": tools.refund`
 * @throws BulkheadError `invalid_definition`
 */
export function describeTool(name: string, tool: Tool, field: string): ToolManifest {
  return {
    name,
    description: tool.description,
    inputSchema: ofAnObject(schemaToJson(tool.inputSchema, 'input', `${field}.inputSchema`), field),
    ...(tool.outputSchema === undefined
      ? {}
      : { outputSchema: schemaToJson(tool.outputSchema, 'output', `${field}.outputSchema`) }),
    effect: tool.effect,
    risk: [...(tool.risk ?? [])],
    idempotent: tool.effect === 'read' || tool.idempotent === true,
    network: [...(tool.network ?? [])],
    timeout: tool.timeout === undefined ? timeout : milliseconds(tool.timeout),
    ...(tool.cost === undefined || tool.cost === 0 ? {} : { cost: tool.cost }),
    ...(tool.cache === undefined ? {} : { cache: resolveToolCaching(tool.cache) }),
    ...(tool.invalidates === undefined ? {} : { invalidates: [...tool.invalidates] }),
    examples: [...(tool.examples ?? [])],
    compensates: tool.compensate !== undefined,
    ...(tool.output === undefined ? {} : { output: outputOf(tool.output) }),
    ...(tool.pin === true ? { pin: true } : {}),
  };
}

function outputOf({ fields, maxTokens, cut }: ToolOutputPolicy): NonNullable<ToolManifest['output']> {
  return {
    ...(fields === undefined ? {} : { fields: [...fields] }),
    ...(maxTokens === undefined ? {} : { maxTokens }),
    ...(cut === undefined ? {} : { cut }),
  };
}

function resolveToolCaching({ ttl, staleWhileRevalidate, tags, shared }: ToolCaching): ResolvedToolCaching {
  return {
    ttl: milliseconds(ttl),
    staleWhileRevalidate: staleWhileRevalidate === undefined ? 0 : milliseconds(staleWhileRevalidate),
    tags: [...(tags ?? [])],
    shared: shared ?? false,
  };
}

/** Every provider gives a tool's arguments as one object, and wants its schema to say so. */
function ofAnObject(schema: JsonSchema, field: string): JsonSchema {
  if (schema.type === 'object') return schema;
  if (schema.type === undefined) return { type: 'object', ...schema };
  throw new BulkheadError({
    code: 'invalid_definition',
    message: `${field}.inputSchema describes no object, but models call tools with named arguments; write z.object({ … }).`,
    details: { field: `${field}.inputSchema` },
  });
}
