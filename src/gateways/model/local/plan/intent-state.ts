import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import { canonicalJson } from '../../../../contract/json.ts';
import type { ToolUse } from '../conversation/read-conversation.ts';
import type { ToolProfile } from '../rank/tool-profile.ts';
import type { FillContext } from '../slots/fill-context.ts';
import type { FilledInput } from '../slots/fill-input.ts';
import { fillInput } from '../slots/fill-input.ts';
import type { Leaf } from '../slots/from-results.ts';
import type { Slot } from '../slots/schema.ts';
import { slotKind } from '../slots/slot-kind.ts';
import type { Intent, PlannedCall } from './intent.ts';
import { findLookup } from './lookup.ts';
import { unansweredKeys } from './unanswered-keys.ts';
import { findUnsaidChoice } from './unsaid-choice.ts';

/** What keeps an intent from being served. */
export type Obstacle =
  | { kind: 'missing'; slots: readonly Slot[] }
  | { kind: 'ambiguous'; slot: Slot; values: readonly NonNullable<JSONValue>[] }
  | { kind: 'refused'; slot: Slot; said: string };

/** How far an intent has got: the calls made for it, those to make next, and what is in the way. */
export type IntentState = {
  intent: Intent;
  uses: readonly ToolUse[];
  lookups: readonly ToolUse[];
  calls: readonly PlannedCall[];
  obstacle: Obstacle | undefined;
};

/** What is known beside the intents: the calls of this turn and the whole values of all results, latest first. */
export type Progress = {
  uses: readonly ToolUse[];
  results: readonly (readonly Leaf[])[];
  tools: readonly ToolProfile[];
};

const mostExpanded = 5;
const everyOne =
  /\b(?:each|both|every|all (?:of them|three|two|the)|cada (?:una?|cuenta)|ambas?|ambos|las dos|los dos|todas|todos)\b/;

const obstacleOf = (filled: FilledInput, slots: readonly Slot[]): Obstacle | undefined => {
  const [refused] = filled.refused;
  const [ambiguous] = filled.ambiguous;
  if (refused !== undefined) return { kind: 'refused', ...refused };
  if (ambiguous !== undefined) return { kind: 'ambiguous', ...ambiguous };
  if (filled.missing.length > 0) return { kind: 'missing', slots: filled.missing };
  const keys = unansweredKeys(filled, slots);
  return keys.length > 0 ? { kind: 'missing', slots: keys } : undefined;
};

/** One input a value, where a slot has several and the words mean each of them. */
const expand = (intent: Intent, filled: FilledInput): JSONObject[] => {
  const [several] = filled.ambiguous;
  if (
    several === undefined ||
    filled.ambiguous.length > 1 ||
    filled.refused.length + filled.missing.length > 0
  )
    return [];
  const words = intent.sources.slice(0, intent.present).map((source) => source.folded);
  const isMeant =
    slotKind(several.slot) === 'identifier' &&
    (intent.tool.effect === 'read' || words.some((text) => everyOne.test(text)));
  if (!isMeant) return [];
  return several.values
    .slice(0, mostExpanded)
    .map((value) => ({ ...filled.input, [several.slot.name]: value }));
};

/** Finds out how far an intent has got. `claimed` holds the calls that earlier intents account for. */
export function stateOf(intent: Intent, progress: Progress, claimed: Set<ToolUse>): IntentState {
  const { tool } = intent;
  const context: FillContext = {
    sources: intent.sources,
    present: intent.present,
    results: progress.results,
    strict: tool.effect !== 'read',
    wide: intent.wide,
    inputExamples: tool.inputExamples,
  };
  const filled = fillInput(tool.slots, context);
  const unsaid = tool.effect === 'read' ? undefined : findUnsaidChoice(intent, filled);
  const obstacle =
    obstacleOf(filled, tool.slots) ??
    (unsaid === undefined ? undefined : { kind: 'missing', slots: [unsaid] });
  const inputs = obstacle === undefined ? [filled.input] : expand(intent, filled);
  const made = progress.uses.filter((use) => use.toolName === tool.name);
  const uses: ToolUse[] = [];
  const calls: PlannedCall[] = [];
  for (const input of inputs) {
    const same = made.find((use) => canonicalJson(use.input) === canonicalJson(input));
    if (same === undefined) calls.push({ tool, input });
    else uses.push(same);
  }
  // A result may offer further values for a slot; a call that was made for this intent still counts as made.
  const other = made.find((use) => !claimed.has(use));
  if (uses.length === 0 && inputs.length <= 1 && other !== undefined) {
    claimed.add(other);
    return { intent, uses: [other], lookups: [], calls: [], obstacle: undefined };
  }
  for (const use of uses) claimed.add(use);
  const blocked = inputs.length > 0 ? undefined : obstacle;
  if (blocked?.kind !== 'missing') return { intent, uses, lookups: [], calls, obstacle: blocked };
  const [slot] = filled.missing;
  const lookup =
    slot === undefined
      ? undefined
      : findLookup(
          slot,
          progress.tools.filter((own) => own !== tool),
          context,
        );
  if (lookup === undefined) return { intent, uses, lookups: [], calls, obstacle: blocked };
  const lookups = progress.uses.filter((use) => use.toolName === lookup.tool.name);
  return lookups.length > 0
    ? { intent, uses, lookups, calls, obstacle: blocked }
    : { intent, uses, lookups: [], calls: [lookup], obstacle: undefined };
}
