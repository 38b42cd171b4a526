import type { Issue } from './issues.ts';

const deepest = 500;

/**
 * The first part of a value that JSON cannot hold: what is journaled, hashed and approved must be what
 * is executed, so a parsed value may not change on its way. Members that are `undefined` count as left out.
 *
 * @example
 * findJsonLoss({ when: new Date() }); // { path: ['when'], message: 'is a Date after parsing, which JSON cannot hold; …' }
 */
export function findJsonLoss(value: unknown, path: readonly PropertyKey[] = []): Issue | undefined {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean')
    return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : lost(path, String(value));
  if (typeof value !== 'object') return lost(path, `a ${typeof value}`);
  if (path.length > deepest)
    return { path: path.slice(0, 5), message: `is nested more than ${deepest} levels deep` };
  if (Array.isArray(value)) return firstOf(value.entries(), path);
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== null) {
    return lost(path, `a ${value.constructor?.name || 'class instance'}`);
  }
  return firstOf(Object.entries(value), path);
}

function firstOf(entries: Iterable<[PropertyKey, unknown]>, path: readonly PropertyKey[]): Issue | undefined {
  for (const [key, member] of entries) {
    const issue = findJsonLoss(member, [...path, key]);
    if (issue !== undefined) return issue;
  }
  return undefined;
}

function lost(path: readonly PropertyKey[], what: string): Issue {
  return {
    path,
    message: `is ${what} after parsing, which JSON cannot hold; let the schema keep it as JSON and convert it in the code`,
  };
}
