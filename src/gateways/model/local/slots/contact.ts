import type { Entity } from './entity.ts';

const emailPattern = /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,5}\p{L}{2,24}/gu;
const phonePattern = /(?<![\p{L}\p{N}-])\+?\(?\d[\d\s().-]{5,20}\d(?![\p{L}\p{N}-])/gu;
const fewestDigits = 7;

/** E-mail addresses of a text. */
export function findEmails(text: string): Entity[] {
  return [...text.matchAll(emailPattern)].map((match) => ({
    kind: 'email',
    text: match[0],
    exact: true,
    start: match.index,
    end: match.index + match[0].length,
  }));
}

/**
 * Telephone numbers of a text: at least seven digits, with the usual separators, as they were written.
 *
 * @example
 * findPhones('call +34 600 123 456')[0]; // { kind: 'phone', text: '+34 600 123 456', … }
 */
export function findPhones(text: string): Entity[] {
  return [...text.matchAll(phonePattern)]
    .filter((match) => match[0].replace(/\D/g, '').length >= fewestDigits)
    .map((match) => ({
      kind: 'phone',
      text: match[0],
      exact: true,
      start: match.index,
      end: match.index + match[0].length,
    }));
}
