import type { JSONObject } from '@ai-sdk/provider';
import { featuresOf } from '../language/features.ts';
import { splitName } from '../language/tokenise.ts';
import type { ToolProfile } from '../rank/tool-profile.ts';
import type { FillContext } from '../slots/fill-context.ts';
import { fillInput } from '../slots/fill-input.ts';
import { nameHintsOf } from '../slots/hint.ts';
import type { Slot } from '../slots/schema.ts';
import type { PlannedCall } from './intent.ts';

/** How strongly a tool promises a slot's value: by its name most, by its description less. */
const promise = (tool: ToolProfile, slot: Slot): number => {
  const named = new Set(featuresOf(splitName(tool.name), 'en').map((feature) => feature.key));
  const hints = [...nameHintsOf(slot)];
  const wanted = hints.length > 0 ? hints : [splitName(slot.name)];
  const inName = wanted.filter((hint) => named.has(hint)).length;
  const inDescription = wanted.filter((hint) => (tool.vocabulary.get(hint) ?? 0) >= 0.7).length;
  return inName * 2 + inDescription;
};

const needs = (tool: ToolProfile, slot: Slot): boolean =>
  tool.slots.some((own) => own.required && (own.name === slot.name || sameForm(own, slot)));

const sameForm = (one: Slot, other: Slot): boolean =>
  one.schema.pattern !== undefined && one.schema.pattern === other.schema.pattern;

/**
 * The reading tool to ask for a slot's value first: one whose name or description promises it, which does not need
 * it itself, and whose own input the user's words fill.
 *
 * @example
 * findLookup(accountSlot, profiles, context)?.tool.name; // 'findAccount'
 */
export function findLookup(
  slot: Slot,
  tools: readonly ToolProfile[],
  context: FillContext,
): PlannedCall | undefined {
  const options = tools
    .filter((tool) => tool.effect === 'read' && !needs(tool, slot) && promise(tool, slot) > 0)
    .map((tool) => ({
      tool,
      filled: fillInput(tool.slots, {
        ...context,
        strict: false,
        wide: true,
        inputExamples: tool.inputExamples,
      }),
    }))
    .filter(
      ({ filled }) =>
        isUsable(filled.input) &&
        filled.missing.length + filled.ambiguous.length + filled.refused.length === 0,
    )
    .map(({ tool, filled }) => ({
      tool,
      input: filled.input,
      weight: promise(tool, slot) + filled.spans.length,
    }));
  options.sort((one, other) => other.weight - one.weight);
  const [best] = options;
  return best === undefined ? undefined : { tool: best.tool, input: best.input };
}

const isUsable = (input: JSONObject): boolean => Object.keys(input).length > 0;
