import { BulkheadError } from '../../contract/errors.ts';
import type { ModelCall, ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { ModelResponse } from '../../contract/model.ts';
import type { JournalView, Views } from '../../contract/view.ts';
import { limitReached } from './budget-exceeded.ts';
import { type Calls, type ChildCalls, callsOf, childCalls } from './child-calls.ts';
import { beforeLastTurn } from './last-turn.ts';

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

/** How many tool calls of the run and its children there were before each: fixed once it is asked for. */
const callsBefore: JournalView<{ before: Map<string, number>; children: ChildCalls }> = {
  name: 'tool-calls-before',
  initial: () => ({ before: new Map(), children: childCalls.initial() }),
  apply({ before, children }, entry) {
    childCalls.apply(children, entry);
    const { meta } = entry;
    if (meta.kind !== 'tool.requested' || meta.compensates !== undefined || before.has(meta.key)) return;
    before.set(meta.key, before.size + callsOf(children).toolCalls);
  },
};

/** Model calls that were begun, however many attempts each took. A comparison beside one is none of the run's. */
const begunModelCalls: JournalView<Places> = {
  name: 'begun-model-calls',
  initial: () => new Map(),
  apply(places, { meta }) {
    if (meta.kind === 'model.started' && !meta.shadow) place(places, meta.key);
  },
};

/** How many calls a run and its children have made or may still make, as its budget counts them. */
export function callsMade(views: Views): Calls {
  const children = callsOf(views.of(childCalls));
  return {
    modelCalls: views.of(begunModelCalls).size + children.modelCalls,
    toolCalls: views.of(requestedToolCalls).size + children.toolCalls,
  };
}

/** How many tool calls a run has asked for by itself: a turn is one run. */
export function toolCallsOfTurn(views: Views): number {
  return views.of(requestedToolCalls).size;
}

/** Denies the tool calls of a turn beyond its limit; the call beyond the run's own limit ends the run. */
export function toolCallCount(): Middleware<ToolCall, ToolResult> {
  return {
    name: 'call-counts',
    async handle(call, next) {
      if (call.compensates !== undefined) return next(call);
      const { toolCalls, toolCallsPerTurn } = call.budget;
      const { views, key } = call.step;
      if (toolCalls !== undefined && (views.of(callsBefore).before.get(key) ?? 0) >= toolCalls) {
        throw limitReached(
          {
            message: `The run and its children have made the ${toolCalls} tool calls that its budget allows. Raise budget.toolCalls, or give it less to do.`,
            details: { unit: 'toolCalls', spent: toolCalls, limit: toolCalls },
          },
          call,
        );
      }
      const places = views.of(requestedToolCalls);
      if ((places.get(key) ?? places.size) >= toolCallsPerTurn) {
        throw new BulkheadError({
          code: 'tool_call_limit',
          message: `This turn has made the ${toolCallsPerTurn} tool calls that its budget allows. Answer with what is known, or raise budget.toolCallsPerTurn.`,
          status: 429,
          denied: true,
          details: { limit: toolCallsPerTurn },
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
      const { key, views } = call.step;
      const { lastTurn } = call.request;
      const limit = (lastTurn ? call.budget : beforeLastTurn(call.budget)).modelCalls;
      const places = views.of(begunModelCalls);
      const waiting = admitted.get(places) ?? new Set();
      admitted.set(places, waiting);
      const taken =
        places.size +
        [...waiting].filter((other) => other !== key && !places.has(other)).length +
        callsOf(views.of(childCalls)).modelCalls;
      // A call that was begun before has its place.
      if (!places.has(key) && taken >= limit) {
        throw limitReached(
          {
            code: 'model_call_limit',
            message: `The run has made the ${limit} model calls that its budget allows. Raise budget.modelCalls, or give it less to do.`,
            status: 429,
            details: { limit },
          },
          lastTurn ? undefined : call,
        );
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
