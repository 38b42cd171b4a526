import { BulkheadError } from '../../contract/errors.ts';
import type { ModelCall, ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { ModelResponse } from '../../contract/model.ts';
import type { JournalView, Views } from '../../contract/view.ts';

/** Step keys in the order in which they first came: a step that is entered twice counts once. */
type Places = Map<string, number>;

/** Tool calls that were asked for. Undoing a call is none. */
const requestedToolCalls: JournalView<Places> = {
  name: 'requested-tool-calls',
  initial: () => new Map(),
  apply(places, { meta }) {
    if (meta.kind === 'tool.requested' && meta.compensates === undefined) place(places, meta.key);
  },
};

/** Model calls that were begun, however many attempts each took. */
const begunModelCalls: JournalView<Places> = {
  name: 'begun-model-calls',
  initial: () => new Map(),
  apply(places, { meta }) {
    if (meta.kind === 'model.started') place(places, meta.key);
  },
};

/** How many calls a run has made, as its budget counts them. */
export function callsMade(views: Views): { modelCalls: number; toolCalls: number } {
  return { modelCalls: views.of(begunModelCalls).size, toolCalls: views.of(requestedToolCalls).size };
}

/** Denies the tool calls of a turn beyond its limit. A run is one turn. */
export function toolCallCount(): Middleware<ToolCall, ToolResult> {
  return {
    name: 'call-counts',
    async handle(call, next) {
      const limit = call.budget.toolCallsPerTurn;
      const places = call.step.views.of(requestedToolCalls);
      if (call.compensates === undefined && (places.get(call.step.key) ?? places.size) >= limit) {
        throw new BulkheadError({
          code: 'tool_call_limit',
          message: `This turn has made the ${limit} tool calls that its budget allows. Answer with what is known, or raise budget.toolCallsPerTurn.`,
          status: 429,
          denied: true,
          details: { limit },
        });
      }
      return next(call);
    },
  };
}

/** Calls that were let in and have not begun yet, so that calls side by side cannot pass together. */
const admitted = new WeakMap<Places, Set<string>>();

/** Ends the run at the model call beyond its limit. */
export function modelCallCount(): Middleware<ModelCall, ModelResponse> {
  return {
    name: 'call-counts',
    async handle(call, next) {
      const { key } = call.step;
      const limit = call.budget.modelCalls;
      const places = call.step.views.of(begunModelCalls);
      const waiting = admitted.get(places) ?? new Set();
      admitted.set(places, waiting);
      const taken = places.size + [...waiting].filter((other) => !places.has(other)).length;
      if ((places.get(key) ?? taken) >= limit) {
        throw new BulkheadError({
          code: 'model_call_limit',
          message: `The run has made the ${limit} model calls that its budget allows. Raise budget.modelCalls, or give it less to do.`,
          status: 429,
          denied: true,
          endsRun: true,
          details: { limit },
        });
      }
      waiting.add(key);
      try {
        return await next(call);
      } finally {
        waiting.delete(key);
      }
    },
  };
}

function place(places: Places, key: string): void {
  if (!places.has(key)) places.set(key, places.size);
}
