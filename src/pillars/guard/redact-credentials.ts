import type { Json } from '../../contract/json.ts';
import { type CredentialName, credentialName } from './credential-name.ts';
import { isCredentialValue } from './credential-value.ts';
import { type Finding, hide, redacted, redactText } from './redact-text.ts';
import { scanWithSecretlint } from './scan-with-secretlint.ts';

/** Finds credentials in many texts; by text, in order and apart. */
export type Scan = (texts: readonly string[]) => Promise<Map<string, Finding[]>>;

/** No rule of the preset finds anything in a text without one of these. */
const WORTH_SCANNING = /[\w+/=.-]{16}|:\/\//;

/**
 * Hides credentials in a JSON value: in every string and in every key, by shape, beside names in running text,
 * and in fields whose own name says so.
 *
 * @param scan a second detector, over what the first left. Default: secretlint's preset
 * @returns the value with `[REDACTED:<rule>]` in their place, and how many there were
 * @throws what a detector throws: the caller must not use the value then
 * @example
 * await redactCredentials({ password: 'hunter2' }); // { value: { password: '[REDACTED:password]' }, count: 1 }
 */
export async function redactCredentials(
  value: Json,
  scan: Scan = scanWithSecretlint,
): Promise<{ value: Json; count: number }> {
  let count = 0;
  const left = new Set<string>();
  const clean = (text: string) => {
    const result = redactText(text);
    count += result.count;
    if (WORTH_SCANNING.test(result.text)) left.add(result.text);
    return result.text;
  };
  const first = new JsonMap(clean, (text, name) => {
    if (!isCredentialValue(name, text)) return clean(text);
    count += 1;
    return redacted(name);
  }).map(value);
  const found = left.size === 0 ? undefined : await scan([...left]);
  if (found === undefined || found.size === 0) return { value: first, count };
  const hideFound = (text: string) => {
    const findings = found.get(text);
    if (findings === undefined) return text;
    count += findings.length;
    return hide(text, findings);
  };
  return { value: new JsonMap(hideFound, hideFound).map(first), count };
}

/** Changes every string of a JSON value, knowing what the name of its field says. */
class JsonMap {
  readonly #change: (text: string) => string;
  readonly #changeNamed: (text: string, name: CredentialName) => string;
  // Rows of a table repeat their keys.
  readonly #keys = new Map<string, { changed: string; name: CredentialName | undefined }>();

  constructor(change: (text: string) => string, changeNamed: (text: string, name: CredentialName) => string) {
    this.#change = change;
    this.#changeNamed = changeNamed;
  }

  map(value: Json, name?: CredentialName): Json {
    if (typeof value === 'string')
      return name === undefined ? this.#change(value) : this.#changeNamed(value, name);
    if (typeof value === 'number' && name === 'password') {
      const text = String(value);
      const changed = this.#changeNamed(text, name);
      return changed === text ? value : changed;
    }
    if (typeof value !== 'object' || value === null) return value;
    return isArray(value) ? value.map((item) => this.map(item, name)) : this.#mapObject(value, name);
  }

  #mapObject(value: { readonly [key: string]: Json }, name: CredentialName | undefined): Json {
    // `{ "name": "DB_PASSWORD", "value": "…" }` names the value beside it; `{ "password": { "value": "…" } }` above it.
    const label = value.name ?? value.key ?? value.header;
    const labelled = (typeof label === 'string' ? credentialName(label) : undefined) ?? name;
    const members = new Map<string, Json>();
    for (const [key, member] of Object.entries(value)) {
      const known = this.#key(key);
      let { changed } = known;
      // Two credentials as keys must not become one member.
      for (let number = 2; members.has(changed); number += 1) changed = `${known.changed} ${number}`;
      members.set(changed, this.map(member, known.name ?? (key === 'value' ? labelled : undefined)));
    }
    return Object.fromEntries(members);
  }

  #key(key: string): { changed: string; name: CredentialName | undefined } {
    let known = this.#keys.get(key);
    if (known === undefined) {
      known = { changed: this.#change(key), name: credentialName(key) };
      this.#keys.set(key, known);
    }
    return known;
  }
}

function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
