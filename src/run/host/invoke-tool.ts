import { serializeError } from '../../contract/errors.ts';
import { type Json, toJson } from '../../contract/json.ts';
import type { BareTool, Tool, ToolContext } from '../../contract/tool.ts';
import { parseWith } from '../bundle/parse.ts';
import type { Settled, ToHost } from '../protocol.ts';

type Invoke = Extract<ToHost, { type: 'invoke' }>;

/** Runs a tool's function, or its `compensate`. Never throws: what the author throws is the call's error. */
export async function invokeTool(
  tool: Tool | BareTool,
  invoke: Invoke,
  reach: { fetch: typeof globalThis.fetch; signal: AbortSignal },
): Promise<Settled> {
  const context: ToolContext = {
    fetch: reach.fetch,
    abortSignal: reach.signal,
    idempotencyKey: invoke.idempotencyKey,
    toolCallId: invoke.toolCallId,
    run: invoke.run,
  };
  try {
    const value = toJson(await work(tool, invoke, context));
    return await withDeclaredShape(tool, value, invoke);
  } catch (error) {
    if (reach.signal.aborted) {
      const reason = reach.signal.reason;
      return { ok: false, error: { ...serializeError(reason, 'tool_interrupted'), outcomeUnknown: true } };
    }
    return { ok: false, error: serializeError(error, 'tool_failed') };
  }
}

function work(tool: Tool | BareTool, invoke: Invoke, context: ToolContext): unknown {
  if (invoke.compensates !== undefined && 'kind' in tool) {
    return tool.compensate?.(invoke.input, invoke.compensates.output, context);
  }
  if ('kind' in tool) return tool.execute(invoke.input, context);
  // What the AI SDK hands its tools; the conversation stays with the worker.
  return tool.execute?.(invoke.input, { ...context, messages: [] });
}

/** A declared output schema holds: what the model reads has the shape that the author promised. */
async function withDeclaredShape(tool: Tool | BareTool, value: Json, invoke: Invoke): Promise<Settled> {
  if (invoke.compensates !== undefined || !('outputSchema' in tool) || tool.outputSchema === undefined) {
    return { ok: true, value };
  }
  const parsed = await parseWith(tool.outputSchema, value);
  if (parsed.ok) return { ok: true, value: parsed.value };
  return {
    ok: false,
    error: {
      code: 'invalid_tool_output',
      message: `The tool's output does not fit its outputSchema: ${parsed.issues}.`,
    },
  };
}
