import { EFFECTS, RISKS } from '../effect.ts';
import { OUTPUT_CUTS } from '../tool.ts';
import { cachingFitsEffect, invalidatedTags, toolCaching } from './check-cache.ts';
import { objectWith, optional } from './check-fields.ts';
import { schema } from './check-schema.ts';
import { duration, functionValue, listOf, numberFrom, oneOf, text, trueOrFalse } from './check-values.ts';
import { parseNetworkEntry } from './network-entry.ts';
import { type Check, refuse } from './place.ts';
import { showValue } from './show-value.ts';

const networkEntry: Check = (value, place) => {
  if (typeof value !== 'string') refuse(place, `is ${showValue(value)}`, "write a host: 'api.example.com'");
  const parsed = parseNetworkEntry(value);
  if (!parsed.ok) refuse(place, `is ${showValue(value)}`, parsed.problem);
};

const outputField: Check = (value, place) => {
  if (typeof value === 'string' && /^[^.\s]+(\.[^.\s]+)*$/.test(value)) return;
  refuse(place, `is ${showValue(value)}`, "write names joined by dots: 'customer.name'");
};

const fields = objectWith({
  description: text,
  inputSchema: schema,
  outputSchema: optional(schema),
  effect: oneOf(EFFECTS),
  risk: optional(listOf(oneOf(RISKS))),
  idempotent: optional(trueOrFalse),
  network: optional(listOf(networkEntry)),
  timeout: optional(duration),
  cost: optional(numberFrom(0, 1_000_000)),
  cache: optional(toolCaching),
  invalidates: optional(invalidatedTags),
  examples: optional(listOf(text)),
  output: optional(
    objectWith({
      fields: optional(listOf(outputField)),
      maxTokens: optional(numberFrom(50)),
      cut: optional(oneOf(OUTPUT_CUTS)),
    }),
  ),
  pin: optional(trueOrFalse),
  execute: functionValue,
  compensate: optional(functionValue),
  kind: optional(oneOf(['tool'])),
});

/** A tool's definition, before or after it got its `kind`. */
export const toolDefinition: Check = (value, place) => {
  fields(value, place);
  cachingFitsEffect(value, place);
};
