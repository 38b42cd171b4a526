import { objectWith, optional } from './check-fields.ts';
import { type Check, refuse } from './place.ts';
import { showValue } from './show-value.ts';

/** More questions in one call answer worse, and cost more when one has to be asked again. */
const MOST_PACKED = 32;

const packed: Check = (value, place) => {
  if (Number.isInteger(value) && Number(value) >= 2 && Number(value) <= MOST_PACKED) return;
  refuse(place, `is ${showValue(value)}`, `write a whole number from 2 to ${MOST_PACKED}`);
};

const policy = objectWith({ pack: optional(packed) });

/** How calls of the lane `batch` are asked. */
export const batchPolicy: Check = (value, place) => {
  if (value === false) return;
  if (value === true) refuse(place, 'is true', 'leave it out, write false, or { pack: 8 }');
  policy(value, place);
};
