/** Whose budget: an agent's, an API key's, or with neither the tenant's as a whole. */
export type SpendOwner = { readonly agent?: string | undefined; readonly key?: string | undefined };

/** No agent's name holds a colon. */
const KEY = 'key:';

/** The one word under which a budget is stored: `''`, an agent's name, or `key:` and the id of an API key. */
export function ownerWord({ agent, key }: SpendOwner): string {
  return key === undefined ? (agent ?? '') : KEY + key;
}

/**
 * @example
 * ownerOf('key:k_1'); // { key: 'k_1' }
 */
export function ownerOf(word: string): { agent?: string; key?: string } {
  if (word === '') return {};
  return word.startsWith(KEY) ? { key: word.slice(KEY.length) } : { agent: word };
}

/** For people: `the agent "support"`. */
export function showOwner({ agent, key }: SpendOwner): string {
  if (key !== undefined) return `the API key ${key}`;
  return agent === undefined ? 'the tenant' : `the agent "${agent}"`;
}
