import { BulkheadError } from '../errors.ts';

/** Where in a definition a value stands: subject `agent "support"`, path `policy.effects[1]`. */
export type Place = { readonly subject: string; readonly path: string };

/** Looks at one value of a definition, and throws what {@link refuse} throws when it is wrong. */
export type Check = (value: unknown, place: Place) => void;

/** The place of a field of the object at `place`. */
export function fieldOf(place: Place, field: string): Place {
  return { subject: place.subject, path: place.path === '' ? field : `${place.path}.${field}` };
}

/** The place of an item of the list at `place`. */
export function itemOf(place: Place, index: number): Place {
  return { subject: place.subject, path: `${place.path}[${index}]` };
}

/**
 * Refuses a definition with one sentence: where, what is wrong, and the mend.
 *
 * @example
 * refuse({ subject: 'agent "support"', path: 'model' }, 'is "gpt"', "write 'provider/model'");
 * // agent "support": model is "gpt"; write 'provider/model'.
 * @throws BulkheadError `invalid_definition`; `details.field` is the path
 */
export function refuse(place: Place, problem: string, mend: string): never {
  const where = place.path === '' ? place.subject : `${place.subject}: ${place.path}`;
  throw new BulkheadError({
    code: 'invalid_definition',
    message: `${where} ${problem}; ${mend}${mend.endsWith('?') ? '' : '.'}`,
    details: { field: place.path },
  });
}
