import type { CredentialName } from './credential-name.ts';
import { looksRandom } from './looks-random.ts';

/** Stands for a value and is none: a variable, a template, stars, a type, or what was redacted before. */
const PLACEHOLDER =
  /^(?:\$\{[^}]*\}|\{\{.*\}\}|<[^<>]*>|[*•x.]+|\[REDACTED:.*|process\.env\..*|true|false|null|none|yes|no|required|optional|string)$/i;

/** More words than a password has: a label, a hint or a rule about passwords. */
const PROSE = /^\S+(?:\s+\S+){2,}$/;

/** Whether the value of a field of that name is to be hidden. */
export function isCredentialValue(name: CredentialName, value: string): boolean {
  if (PLACEHOLDER.test(value)) return false;
  switch (name) {
    case 'password':
      return value.length >= 4 && !PROSE.test(value);
    case 'secret':
      return value.length >= 8 && !/\s/.test(value);
    case 'header':
      // A scheme and its value, or pairs. Other authorizations have numbers: those of insurers, say.
      return (
        /^(?:Basic|Bearer|Token|Digest|ApiKey|Negotiate|AWS4-\S+) \S|=/i.test(value) || looksRandom(value, 20)
      );
    case 'token':
      return looksRandom(value, 20);
  }
}

/**
 * Whether what follows a credential's name in running text is one. Prose says "password: required" and "the
 * token is invalid" too, so the value itself must look like a credential.
 *
 * @param assigned a sign stood between them that prose does not use
 */
export function isCredentialInText(name: CredentialName, value: string, assigned: boolean): boolean {
  if (PLACEHOLDER.test(value)) return false;
  const mixed = /[A-Za-z]/.test(value) && /[\d!@#$%^&*+]/.test(value);
  switch (name) {
    case 'password':
      return value.length >= 6 && (mixed || assigned);
    case 'secret':
      return value.length >= 12 && mixed;
    case 'header':
      return looksRandom(value, 20);
    case 'token':
      return looksRandom(value);
  }
}
