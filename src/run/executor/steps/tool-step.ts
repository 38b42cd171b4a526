import { BulkheadError, serializeError } from '../../../contract/errors.ts';
import { followSignal } from '../../../contract/follow-signal.ts';
import type { ToolCall, ToolResult } from '../../../contract/gateway-call.ts';
import type { Json } from '../../../contract/json.ts';
import type { ToolManifest } from '../../../contract/manifest.ts';
import type { Step } from '../../../contract/step.ts';
import type { Settled } from '../../protocol.ts';
import type { StepContext, StepHandler } from './step-context.ts';

/** One tool call through the tool gateway. */
export const toolStep: StepHandler<'tool'> = async (context, request) => {
  const tool = context.definition.tools.find(({ name }) => name === request.tool);
  if (tool === undefined) {
    const error = {
      code: 'unknown_tool',
      message: `"${context.definition.name}" declares no tool "${request.tool}".`,
    };
    return complete(context, request.tool, {
      startedAt: context.services.clock.now(),
      settled: { ok: false, error },
    });
  }
  const settled = await callTool(context, tool, {
    input: request.input,
    toolCallId: request.toolCallId ?? context.step.key,
    ...(request.batch === undefined ? {} : { batch: request.batch }),
  });
  // The code is told what a replay would tell it: of an agent's call, what the model is shown.
  const shown = context.step.entries.findLast(({ meta }) => meta.kind === 'tool.completed')?.body?.shown;
  return settled.ok && shown !== undefined ? { ok: true, value: shown } : settled;
};

/** Also for compensations, which no code asks for. */
export async function callTool(
  context: StepContext,
  tool: ToolManifest,
  call: Pick<ToolCall, 'input' | 'toolCallId' | 'batch' | 'compensates'>,
): Promise<Settled> {
  const { step, services, run, host, definition } = context;
  if (!step.entries.some(({ meta }) => meta.kind === 'tool.requested')) {
    step.record({
      meta: {
        kind: 'tool.requested',
        key: step.key,
        tool: tool.name,
        effect: tool.effect,
        risk: tool.risk,
        toolCallId: call.toolCallId,
        inputHash: step.keyedHash(call.input),
        ...(call.batch === undefined ? {} : { batch: call.batch }),
        ...(call.compensates === undefined ? {} : { compensates: call.compensates.key }),
      },
      body: {
        input: call.input,
        ...(context.requestHash === '' ? {} : { requestHash: context.requestHash }),
      },
    });
  }
  const startedAt = services.clock.now();
  const mayHaveHappened = tool.effect !== 'read' && hasOpenStart(step);
  try {
    const result = await services.toolGateway({
      run: run.facts,
      definition,
      budget: run.budget,
      step,
      signal: context.signal,
      tool,
      attempt: 1,
      ...call,
      code: {
        parse: async (input) =>
          input === call.input && context.parsed !== undefined
            ? context.parsed
            : host.parse({ definition: definition.name, tool: tool.name, input, run: context.hostRun }),
        approval: (input) =>
          host.approval({
            definition: definition.name,
            tool: tool.name,
            input,
            toolCallId: call.toolCallId,
            run: context.hostRun,
          }),
        execute: (executed, idempotencyKey) => execute(context, executed, idempotencyKey),
      },
    });
    return complete(context, tool.name, {
      startedAt,
      settled: { ok: true, value: result.output },
      redactions: result.redactions,
      cached: result.cached,
      shown: result.shown,
    });
  } catch (error) {
    const serialized = serializeError(error, 'tool_failed');
    // A control that refuses a call's second way down, or ends it on its way, does not undo what it did so
    // far: nobody may read its refusal as "did not happen".
    const cutOff = serialized.endsRun === true && tool.effect !== 'read' && hasOpenStart(step);
    const unknown = mayHaveHappened || cutOff;
    const settled: Settled = {
      ok: false,
      error: unknown ? { ...serialized, denied: false, outcomeUnknown: true } : serialized,
    };
    return complete(context, tool.name, { startedAt, settled });
  }
}

async function execute(context: StepContext, call: ToolCall, idempotencyKey: string): Promise<Json> {
  const ending = followSignal(call.signal);
  const timeout = setTimeout(() => ending.abort(tooLate(call.tool)), call.tool.timeout);
  const invocation = {
    definition: context.definition.name,
    tool: call.tool.name,
    input: call.input,
    idempotencyKey,
    toolCallId: call.toolCallId,
    run: context.hostRun,
    network: call.tool.network,
    ...(call.compensates === undefined ? {} : { compensates: { output: call.compensates.output } }),
  };
  try {
    return await context.host.invoke(invocation, ending.signal);
  } finally {
    ending.unfollow();
    clearTimeout(timeout);
  }
}

function tooLate(tool: ToolManifest): BulkheadError {
  return new BulkheadError({
    code: 'tool_timeout',
    message: `Tool "${tool.name}" did not finish within its ${tool.timeout} ms. Raise its timeout, or make it faster.`,
    retryable: true,
    outcomeUnknown: true,
  });
}

function hasOpenStart(step: Step): boolean {
  const last = step.entries.findLast(
    ({ meta }) => meta.kind === 'tool.started' || meta.kind === 'tool.attempted',
  );
  return last?.meta.kind === 'tool.started';
}

function complete(
  { step, services, requestHash, journal, run }: StepContext,
  tool: string,
  end: {
    startedAt: number;
    settled: Settled;
    redactions?: Record<string, number> | undefined;
    cached?: ToolResult['cached'] | undefined;
    shown?: ToolResult['shown'];
  },
): Settled {
  const { settled } = end;
  if (journal.lost && hasOpenStart(step)) {
    const outcome = settled.ok ? 'ok' : 'error';
    services.fileLateEffect(run.facts, { key: step.key, tool, outcome }).catch(() => {});
  }
  step.record({
    meta: {
      kind: 'tool.completed',
      key: step.key,
      tool,
      outcome: settled.ok ? 'ok' : settled.error.denied ? 'denied' : 'error',
      durationMs: services.clock.now() - end.startedAt,
      ...(settled.ok ? {} : { code: settled.error.code }),
      ...(end.redactions === undefined ? {} : { redactions: end.redactions }),
      ...(end.cached === undefined ? {} : { cached: true as const }),
      ...(end.cached === 'stale' ? { stale: true as const } : {}),
      ...(end.shown === undefined ? {} : { shown: { tokens: end.shown.tokens, of: end.shown.of } }),
    },
    body: {
      ...(requestHash === '' ? {} : { requestHash }),
      ...(settled.ok ? { output: settled.value } : { error: settled.error }),
      ...(end.shown === undefined ? {} : { shown: end.shown.value }),
    },
  });
  return settled;
}
