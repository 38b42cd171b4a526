import type { JSONValue } from '@ai-sdk/provider';
import { canonicalJson } from '../../../../contract/json.ts';
import type { Conversation, ToolUse } from '../conversation/read-conversation.ts';
import type { ToolProfile } from '../rank/tool-profile.ts';
import type { Leaf } from '../slots/from-results.ts';
import { leavesOf } from '../slots/from-results.ts';
import type { PlannedCall, Understanding } from './intent.ts';
import type { IntentState } from './intent-state.ts';
import { stateOf } from './intent-state.ts';

/** What to do next: make calls, or answer from what there is. */
export type Step =
  | { kind: 'call'; calls: readonly PlannedCall[]; confidence: number }
  | { kind: 'answer'; states: readonly IntentState[] };

/** Calls of one turn after which the model answers with what it has. */
const mostCalls = 10;

const resultsOf = (conversation: Conversation): Leaf[][] =>
  conversation.turns
    .flatMap((turn) => turn.uses)
    .toReversed()
    .flatMap(({ reply }) => (reply?.outcome === 'succeeded' ? [leavesOf(reply.value)] : []));

const distinct = (calls: readonly PlannedCall[], made: readonly ToolUse[]): PlannedCall[] => {
  const keyOf = (name: string, input: JSONValue) => `${name} ${canonicalJson(input)}`;
  const keys = new Set(made.map((use) => keyOf(use.toolName, use.input)));
  return calls.filter((call) => {
    const key = keyOf(call.tool.name, call.input);
    const isNew = !keys.has(key);
    keys.add(key);
    return isNew;
  });
};

/**
 * Decides the next step of a turn. Calls that only read go out together; calls with effects go out one at a time,
 * after everything that was to be read, and none after a failure or a denial. No identical call is made twice.
 */
export function nextStep(
  understanding: Understanding,
  conversation: Conversation,
  tools: readonly ToolProfile[],
): Step {
  const uses = conversation.turns.at(-1)?.uses ?? [];
  const claimed = new Set<ToolUse>();
  const progress = { uses, results: resultsOf(conversation), tools };
  const states = understanding.intents.map((intent) => stateOf(intent, progress, claimed));
  const pending = distinct(
    states.flatMap((state) => state.calls),
    uses,
  );
  const reading = pending.filter((call) => call.tool.effect === 'read');
  const allWell = uses.every((use) => use.reply?.outcome === 'succeeded');
  const changing = allWell ? pending.filter((call) => call.tool.effect !== 'read').slice(0, 1) : [];
  const calls = reading.length > 0 ? reading : changing;
  if (calls.length === 0 || uses.length >= mostCalls) return { kind: 'answer', states };
  const confidence = Math.min(...states.map((state) => state.intent.confidence));
  return { kind: 'call', calls: calls.slice(0, mostCalls - uses.length), confidence };
}
