import { milliseconds } from '../duration.ts';
import { nearestName } from './nearest-name.ts';
import { type Check, itemOf, refuse } from './place.ts';
import { showValue } from './show-value.ts';

/** The longest wait that a timer of the platform keeps: 2³¹ − 1 ms, a little under 25 days. */
const longestTimer = 2_147_483_647;

/** A string that is not blank. */
export const text: Check = (value, place) => {
  if (typeof value === 'string' && value.trim() !== '') return;
  refuse(place, `is ${showValue(value)}`, 'write a text that is not empty');
};

export const trueOrFalse: Check = (value, place) => {
  if (typeof value !== 'boolean') refuse(place, `is ${showValue(value)}`, 'use true or false');
};

export const functionValue: Check = (value, place) => {
  if (typeof value !== 'function') refuse(place, `is ${showValue(value)}`, 'write a function');
};

/** Names of agents, workflows and tools: what every model provider and every URL accepts. */
export const name: Check = (value, place) => {
  if (typeof value === 'string' && /^[A-Za-z][A-Za-z0-9_-]{0,63}$/.test(value)) return;
  refuse(
    place,
    `is ${showValue(value)}`,
    'a name starts with a letter and has at most 64 letters, digits, "-" and "_"',
  );
};

/** A number in [least, most]. */
export function numberFrom(least: number, most = Number.POSITIVE_INFINITY): Check {
  const range = most === Number.POSITIVE_INFINITY ? `of ${least} or more` : `from ${least} to ${most}`;
  return (value, place) => {
    if (typeof value === 'number' && Number.isFinite(value) && value >= least && value <= most) return;
    refuse(place, `is ${showValue(value)}`, `write a number ${range}`);
  };
}

/** A whole number that is not negative. */
export const count: Check = (value, place) => {
  if (Number.isSafeInteger(value) && Number(value) >= 0) return;
  refuse(place, `is ${showValue(value)}`, 'write a whole number of 0 or more');
};

/** A duration above zero that a timer can keep. */
export const duration: Check = (value, place) => {
  const time = durationOf(value);
  if (time === undefined || time <= 0) {
    refuse(
      place,
      `is ${showValue(value)}`,
      "write milliseconds as a number above 0, or '250ms', '30s', '5m', '2h', '7d'",
    );
  }
  if (time > longestTimer) refuse(place, `is ${showValue(value)}`, "the longest is '24d'");
};

function durationOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  try {
    return milliseconds(value as `${number}s`);
  } catch {
    return undefined;
  }
}

/** One of the words. */
export function oneOf(words: readonly string[]): Check {
  return (value, place) => {
    if (typeof value === 'string' && words.includes(value)) return;
    const meant = typeof value === 'string' ? nearestName(value, words) : undefined;
    const hint = meant === undefined ? '' : ` (did you mean "${meant}"?)`;
    refuse(place, `is ${showValue(value)}${hint}`, `use one of ${words.join(', ')}`);
  };
}

/** A list in which no value stands twice. */
export function listOf(check: Check): Check {
  return (value, place) => {
    if (!Array.isArray(value)) refuse(place, `is ${showValue(value)}`, 'write a list: [ … ]');
    for (const [index, item] of value.entries()) {
      check(item, itemOf(place, index));
      if (value.indexOf(item) < index) {
        refuse(itemOf(place, index), `repeats ${showValue(item)}`, 'leave one of them out');
      }
    }
  };
}
