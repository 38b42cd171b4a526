import type { Entry } from '../../contract/entry.ts';
import type { SerializedError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import type { DefinitionManifest, ToolManifest } from '../../contract/manifest.ts';
import type { Settled } from '../protocol.ts';
import { settledOf } from './recorded-steps.ts';
import { callTool, type StepContext } from './steps/index.ts';

type Perform = (
  key: string,
  work: (context: StepContext) => Promise<Settled>,
) => Promise<Settled | 'suspended'>;

type Call = {
  key: string;
  tool: ToolManifest;
  toolCallId: string;
  requested: Json;
  executed?: Json;
  completed?: { ok: boolean; output: Json };
  /** How its compensation ended. */
  compensated?: Settled;
};

/**
 * What a cancelled run leaves behind: calls whose outcome is unknown are cleared up first, then the
 * declared `compensate` of completed calls runs, newest first. Each is a journaled step, so that a
 * cancel that is interrupted goes on where it was.
 *
 * @returns the first failure, `'suspended'` when a person must say what happened, or undefined
 */
export async function cancelRun(
  entries: readonly Entry[],
  definition: DefinitionManifest,
  perform: Perform,
): Promise<SerializedError | 'suspended' | undefined> {
  let failure: SerializedError | undefined;
  const calls = callsOf(entries, definition);
  for (const call of calls) {
    if (call.executed === undefined || call.completed !== undefined || call.tool.effect === 'read') continue;
    // Asking again might be what makes it happen, and nobody could undo it then.
    if (call.tool.idempotent && !call.tool.compensates) continue;
    const settled = await perform(call.key, (context) =>
      callTool(context, call.tool, { input: call.requested, toolCallId: call.toolCallId }),
    );
    if (settled === 'suspended') return 'suspended';
    call.completed = settled.ok ? { ok: true, output: settled.value } : { ok: false, output: null };
    if (!settled.ok && isUnclear(settled.error)) failure ??= settled.error;
  }
  for (const call of calls.reverse()) {
    if (call.compensated?.ok === false) failure ??= call.compensated.error;
    if (call.completed?.ok !== true || call.compensated !== undefined || !call.tool.compensates) continue;
    const compensates = { key: call.key, output: call.completed.output };
    const settled = await perform(`${call.key}/compensate`, (context) =>
      callTool(context, call.tool, {
        input: call.executed ?? call.requested,
        toolCallId: call.toolCallId,
        compensates,
      }),
    );
    if (settled === 'suspended') return 'suspended';
    if (!settled.ok) failure ??= settled.error;
  }
  return failure;
}

/** The run's tool calls, oldest first. */
function callsOf(entries: readonly Entry[], definition: DefinitionManifest): Call[] {
  const tools = new Map(definition.tools.map((tool) => [tool.name, tool]));
  const calls = new Map<string, Call>();
  for (const { meta, body } of entries) {
    if (meta.kind === 'tool.requested' && meta.compensates === undefined) {
      const tool = tools.get(meta.tool);
      if (tool === undefined) continue;
      const { key, toolCallId } = meta;
      calls.set(key, { key, tool, toolCallId, requested: body?.input ?? null });
    } else if (meta.kind === 'tool.started') {
      const call = calls.get(meta.key);
      if (call !== undefined) call.executed = body?.input ?? call.requested;
    } else if (meta.kind === 'tool.completed') {
      const call = calls.get(meta.key);
      if (call !== undefined && !isUnclear(body?.error)) {
        call.completed = { ok: meta.outcome === 'ok', output: body?.output ?? null };
      }
      const undone = calls.get(meta.key.replace(/\/compensate$/, ''));
      if (undone !== undefined && meta.key.endsWith('/compensate') && !isUnclear(body?.error))
        undone.compensated = settledOf({ meta, ...(body === undefined ? {} : { body }) });
    }
  }
  return [...calls.values()];
}

/** It may have happened, and nobody has said yet that it is to be left at that. */
function isUnclear(error: SerializedError | undefined): boolean {
  return error?.outcomeUnknown === true && error.code !== 'effect_unknown';
}
