import { isObject, objectWith, optional } from './check-fields.ts';
import { modelName } from './check-model.ts';
import { count, duration, listOf, numberFrom, trueOrFalse } from './check-values.ts';
import { type Check, fieldOf, refuse } from './place.ts';
import { showValue } from './show-value.ts';

const several: Check = (value, place) => {
  count(value, place);
  numberFrom(2, 20)(value, place);
};

const witnesses = objectWith({
  count: optional(several),
  margin: optional(numberFrom(0.05, 1)),
});

const semantic = objectWith({
  ttl: duration,
  threshold: optional(numberFrom(0.5, 1)),
  embedding: optional(modelName),
  maxWrong: optional(numberFrom(0, 0.5)),
  sample: optional(numberFrom(0, 1)),
  witnesses: optional((value, place) => (value === false ? undefined : witnesses(value, place))),
});

/** Which answers of models may be given again. */
export const modelCaching: Check = objectWith({ exact: optional(duration), semantic: optional(semantic) });

const tag: Check = (value, place) => {
  if (typeof value === 'string' && /^[A-Za-z0-9][\w.:-]{0,63}$/.test(value)) return;
  refuse(place, `is ${showValue(value)}`, 'a tag has at most 64 letters, digits, "_", ".", ":" and "-"');
};

/** Which results of a tool may be given again. */
export const toolCaching: Check = objectWith({
  ttl: duration,
  staleWhileRevalidate: optional(duration),
  tags: optional(listOf(tag)),
  shared: optional(trueOrFalse),
});

export const invalidatedTags: Check = (value, place) => {
  listOf(tag)(value, place);
  if (Array.isArray(value) && value.length === 0) refuse(place, 'names no tag', 'leave it out, or name one');
};

/** What reads may be cached and changes nothing; what changes something is the other way about. */
export const cachingFitsEffect: Check = (value, place) => {
  if (!isObject(value)) return;
  if (value.cache !== undefined && value.effect !== 'read') {
    refuse(
      fieldOf(place, 'cache'),
      `stands in a tool with effect ${showValue(value.effect)}, whose calls must happen`,
      "only a tool with effect 'read' may be cached",
    );
  }
  if (value.invalidates !== undefined && value.effect === 'read') {
    refuse(
      fieldOf(place, 'invalidates'),
      "stands in a tool with effect 'read', which makes nothing untrue",
      'put it into the tool that changes what the tags stand for',
    );
  }
};
