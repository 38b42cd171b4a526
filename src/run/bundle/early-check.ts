import type { Json } from '../../contract/json.ts';
import type { JsonSchema } from '../../contract/schema.ts';
import { type Check, KEYWORDS } from './early-keywords.ts';
import type { Issue } from './issues.ts';

/** Thrown when a check gives up, for want of fuel or knowledge: nothing is said about the value. */
export class Undecided extends Error {}

/** Of one value; a caller mends the first few and asks again. */
const enoughIssues = 50;

/** Levels of schemas inside schemas and values inside values together: the stack must hold them. */
const deepest = 400;

/**
 * A check of one schema that looks at no more than `fuel` nodes.
 *
 * @throws Undecided from the check that is returned
 */
export function createEarlyCheck(root: JsonSchema, fuel: number): (value: Json) => Issue[] {
  let left = fuel;
  let depth = 0;

  const spend = (amount: number): void => {
    left -= amount;
    if (left < 0) throw new Undecided();
  };

  const check: Check = (schema, value, path) => {
    spend(1 + path.length / 16);
    if (schema === false) return [{ path, message: 'is not allowed' }];
    if (!isSchema(schema)) return [];
    if (depth > deepest || (schema !== root && isResource(schema))) throw new Undecided();
    depth += 1;
    const issues =
      typeof schema.$ref === 'string' ? follow(schema.$ref, value, path) : apply(schema, value, path);
    depth -= 1;
    return issues.slice(0, enoughIssues);
  };

  /** What stands beside a reference is left to the host: draft 07 ignores it. */
  const follow = (reference: string, value: Json, path: readonly PropertyKey[]): Issue[] => {
    spend(reference.length / 16);
    const target = resolve(root, reference);
    return target === undefined ? [] : check(target, value, path);
  };

  const apply = (schema: JsonSchema, value: Json, path: readonly PropertyKey[]): Issue[] =>
    Object.entries(schema).flatMap(([name, rule]) => {
      spend(1);
      const keyword = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined;
      return keyword?.(rule, value, { schema, path, check, spend }) ?? [];
    });

  return (value) => check(root, value, []);
}

/** What a local reference points at (JSON Pointer in a fragment, RFC 6901); undefined for an anchor. */
function resolve(root: JsonSchema, reference: string): Json | undefined {
  if (reference === '#') return root;
  if (!reference.startsWith('#/')) return undefined;
  let node: Json | undefined = root;
  for (const token of reference.slice(2).split('/')) {
    const key = decode(token);
    if (typeof node !== 'object' || node === null || !Object.hasOwn(node, key)) return undefined;
    node = (node as { readonly [key: string]: Json })[key];
    if (isResource(node)) return undefined;
  }
  return node;
}

/** A schema with a name of its own: references inside it do not start at the root. */
function isResource(node: Json | undefined): boolean {
  return node !== undefined && isSchema(node) && typeof node.$id === 'string';
}

function decode(token: string): string {
  try {
    return decodeURIComponent(token).replaceAll('~1', '/').replaceAll('~0', '~');
  } catch {
    return token;
  }
}

function isSchema(schema: Json): schema is JsonSchema {
  return typeof schema === 'object' && schema !== null && !Array.isArray(schema);
}
