import { type CredentialName, credentialName } from './credential-name.ts';
import { CREDENTIAL_PATTERNS } from './credential-patterns.ts';
import { isCredentialInText } from './credential-value.ts';

/** A text without what looked like a credential in it, and how many there were. */
export type RedactedText = { text: string; count: number };

/** A part of a text that is hidden, and what it was. */
export type Finding = { start: number; end: number; name: string };

/** Most texts hold none of these, and so no credential: one look instead of a dozen. */
const MAY_HOLD =
  /[\w+/=.~-]{16}|:\/\/|pass|pwd|kennwort|contrase|secret|key|token|credential|authorization|cookie/i;

/** A credential's name, then a sign or "is", then a value: `api_key = "…"`, `Password: …`, `"token":"…"`. */
const ASSIGNED =
  /(?<name>pass(?:word|wd|phrase|code|wort)|pwd|kennwort|contraseña|secret|(?:api|access|private|signing|encryption)[ _-]?key|token|credentials?|authorization|cookie)["'`]?(?<sign> {0,8}(?:=>|:=|=|:) {0,8}| {1,4}is {1,4})["'`]?(?<value>[^\s"'`,;&<>()]{6,512})/giu;
const REST_OF_VALUE = /[^\s"'`,;&<>()]*/y;

/** What stands for a credential that was hidden. */
export function redacted(name: string): string {
  return `[REDACTED:${name}]`;
}

/**
 * Hides credentials in running text: by shape, and beside a name that says so.
 *
 * @example
 * redactText('log in with password: hunter2'); // { text: 'log in with password: [REDACTED:password]', count: 1 }
 */
export function redactText(text: string): RedactedText {
  if (!MAY_HOLD.test(text)) return { text, count: 0 };
  let result = text;
  let count = 0;
  for (const { name, pattern } of CREDENTIAL_PATTERNS) {
    const findings = [...result.matchAll(pattern)].map((match) => findingOf(name, match));
    if (findings.length > 0) result = hide(result, findings);
    count += findings.length;
  }
  const beside = besideNames(result);
  return { text: beside.length === 0 ? result : hide(result, beside), count: count + beside.length };
}

/** Replaces parts of a text, which lie in order and apart. */
export function hide(text: string, findings: readonly Finding[]): string {
  let result = '';
  let from = 0;
  for (const { start, end, name } of findings) {
    result += text.slice(from, start) + redacted(name);
    from = end;
  }
  return result + text.slice(from);
}

function findingOf(name: string, match: RegExpExecArray): Finding {
  const secret = match.groups?.secret ?? match[0];
  const start = match.index + match[0].lastIndexOf(secret);
  return { start, end: start + secret.length, name };
}

function besideNames(text: string): Finding[] {
  const findings: Finding[] = [];
  ASSIGNED.lastIndex = 0;
  for (let match = ASSIGNED.exec(text); match !== null; match = ASSIGNED.exec(text)) {
    const { name = '', sign = '', value = '' } = match.groups ?? {};
    const kind = nameInText(text, match.index, name);
    const start = match.index + match[0].length - value.length;
    if (kind === undefined || !isCredentialInText(kind, value, sign.includes('='))) {
      // The value may hold a name of its own: `token: password=…`.
      ASSIGNED.lastIndex = start;
      continue;
    }
    REST_OF_VALUE.lastIndex = start;
    const end = start + (REST_OF_VALUE.exec(text)?.[0].length ?? value.length);
    findings.push({ start, end, name: kind });
    ASSIGNED.lastIndex = end;
  }
  return findings;
}

/** What stands before the name belongs to it: `nextPageToken`, `MY_APP_TOKEN`. */
function nameInText(text: string, offset: number, name: string): CredentialName | undefined {
  const before = /[\p{L}\d_-]*$/u.exec(text.slice(Math.max(0, offset - 32), offset))?.[0] ?? '';
  return credentialName(before + name);
}
