import { nearestName } from './nearest-name.ts';
import { type Check, fieldOf, type Place, refuse } from './place.ts';
import { showValue } from './show-value.ts';

/** The fields that an object may have, each with the check of its value. A check of a missing field gets `undefined`. */
export type Fields = Readonly<Record<string, Check>>;

/** A field that may be left out. */
export function optional(check: Check): Check {
  return (value, place) => {
    if (value !== undefined) check(value, place);
  };
}

/** An object with these fields and no others. */
export function objectWith(fields: Fields): Check {
  return (value, place) => {
    if (!isObject(value)) refuse(place, `is ${showValue(value)}`, `write an object with ${list(fields)}`);
    refuseUnknown(value, place, fields);
    for (const [field, check] of Object.entries(fields)) check(value[field], fieldOf(place, field));
  };
}

function refuseUnknown(value: Record<string, unknown>, place: Place, fields: Fields): void {
  for (const field of Object.keys(value)) {
    if (Object.hasOwn(fields, field) || value[field] === undefined) continue;
    const meant = nearestName(field, Object.keys(fields));
    const known = `the fields that it may have are ${list(fields)}`;
    refuse(
      fieldOf(place, field),
      'is not a known field',
      meant === undefined ? known : `did you mean "${meant}"?`,
    );
  }
}

function list(fields: Fields): string {
  return Object.keys(fields)
    .filter((field) => field !== 'kind')
    .join(', ');
}

/** True for an object that is no list. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
