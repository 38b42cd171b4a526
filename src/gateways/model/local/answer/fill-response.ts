import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import type { Source } from '../slots/candidate.ts';
import { fillInput } from '../slots/fill-input.ts';
import type { Leaf } from '../slots/from-results.ts';
import { findInResults } from '../slots/from-results.ts';
import type { JsonSchema } from '../slots/json-schema.ts';
import type { Slot, SlotSchema } from '../slots/schema.ts';
import { readSchema } from '../slots/schema.ts';

/** A JSON answer; `complete` is false when a required field found no value, and is then left out. */
export type JsonAnswer = { value: JSONObject; complete: boolean };

const proseName = /^(?:answer|text|message|reply|response|summary|respuesta|resumen|mensaje)$/i;

const fromLeaves = (slot: Slot, results: readonly (readonly Leaf[])[]): JSONValue | undefined => {
  const values = results.map((leaves) => findInResults(slot, leaves)).find((found) => found.length > 0);
  return values?.length === 1 ? values[0] : undefined;
};

const fillFields = (
  schema: SlotSchema,
  sources: readonly Source[],
  results: readonly (readonly Leaf[])[],
  prose: string,
): JsonAnswer => {
  const value: JSONObject = {};
  let complete = true;
  for (const slot of schema.slots ?? []) {
    if (slot.schema.type === 'object') {
      const inner = fillFields(slot.schema, sources, results, prose);
      if (inner.complete && Object.keys(inner.value).length > 0) value[slot.name] = inner.value;
    } else if (proseName.test(slot.name) && slot.schema.type === 'string' && prose !== '') {
      value[slot.name] = prose;
    } else {
      const found = fromLeaves(slot, results);
      if (found !== undefined) value[slot.name] = found;
    }
  }
  const open = (schema.slots ?? []).filter(
    (slot) => value[slot.name] === undefined && !proseName.test(slot.name),
  );
  const context = {
    sources,
    present: sources.length,
    results: [],
    strict: false,
    wide: true,
    inputExamples: [],
  };
  for (const [name, found] of Object.entries(fillInput(open, context).input)) value[name] = found;
  for (const slot of schema.slots ?? [])
    if (slot.required && value[slot.name] === undefined) complete = false;
  return { value, complete };
};

/**
 * Fills a response schema by extraction: fields from tool results by name, then from the user's words by kind, and
 * fields named for prose (`answer`, `summary`) with the composed text. What is not found stays out; nothing is made
 * up.
 *
 * @example
 * fillResponse({ type: 'object', properties: { city: { type: 'string' } } }, sources, [], '').value;
 */
export function fillResponse(
  schema: JsonSchema,
  sources: readonly Source[],
  results: readonly (readonly Leaf[])[],
  prose: string,
): JsonAnswer {
  return fillFields(readSchema(schema), sources, results, prose);
}
