import type { JSONValue } from '@ai-sdk/provider';

const keys = ['message', 'detail', 'error', 'reason', 'title'];
const longest = 200;

/**
 * What a failed or denied call says, as one short line; never a stack.
 *
 * @example
 * failureText({ error: { message: 'no account AC-9999' } }); // 'no account AC-9999'
 */
export function failureText(value: JSONValue): string {
  if (value === null || typeof value === 'boolean') return '';
  if (typeof value !== 'object') return (String(value).split('\n')[0] ?? '').trim().slice(0, longest);
  for (const key of keys) {
    const inner = Object.entries(value).find(([name]) => name === key)?.[1] as JSONValue | undefined;
    if (inner !== undefined && inner !== null) return failureText(inner);
  }
  return '';
}

const absent =
  /\b(?:not[ _-]?found|no such|does not exist|doesn't exist|unknown|there is no|404|no existe|no encontrad[oa])\b/i;

/** Whether a failure says that what was asked for does not exist, which is an answer. */
export function saysAbsent(value: JSONValue): boolean {
  return absent.test(JSON.stringify(value));
}
