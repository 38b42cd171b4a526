import type { Json } from '../../contract/json.ts';
import type { JsonSchema, ParseResult } from '../../contract/schema.ts';
import { createEarlyCheck, Undecided } from './early-check.ts';
import { sentenceOf } from './issues.ts';
import { remoteReference } from './remote-reference.ts';

/** Schema nodes and values that one check may look at: some tens of milliseconds at the worst. */
const fuel = 50_000;

/**
 * Holds a value against a definition's JSON Schema where author code never runs, so that a caller gets a
 * good answer before a run is made. Schema and value both come from tenants, so this check
 *
 * - interprets the schema and never turns it into code;
 * - spends fuel, because a schema of 2 KB can ask for 2⁴⁰ steps (each `$defs` entry naming the next twice);
 * - ignores `pattern`, `patternProperties`, `format`, `not`, `if` and whatever else it does not know or
 *   cannot bound, and takes the first that fits for `oneOf`.
 *
 * It refuses only what the schema refuses. What it lets pass, or has no fuel left for, the code host
 * decides: it parses every input with the author's own schema before anything executes.
 *
 * @returns the value as it is, or one sentence (without its full stop) that names every wrong field
 * @example
 * checkAgainst({ type: 'object', required: ['order'] }, {}); // { ok: false, issues: 'order: is missing' }
 */
export function checkAgainst(schema: JsonSchema, value: Json): ParseResult {
  const remote = remoteReference(schema);
  if (remote !== undefined) {
    return {
      ok: false,
      issues: `the value: cannot be checked, its schema refers to ${JSON.stringify(remote)}`,
    };
  }
  try {
    const issues = createEarlyCheck(schema, fuel)(value);
    return issues.length === 0 ? { ok: true, value } : { ok: false, issues: sentenceOf(issues) };
  } catch (error) {
    if (error instanceof Undecided) return { ok: true, value };
    throw error;
  }
}
