/**
 * Text of others as a terminal may show it: without the control characters that move cursors, colour lines
 * or retitle windows. Line breaks and tabs stay.
 */
export function safeText(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, '');
}

/**
 * Any value in one line of at most `length` characters.
 *
 * @example
 * oneLine({ usd: 5 }); // '{"usd":5}'
 * oneLine('a\nb'); // 'a b'
 */
export function oneLine(value: unknown, length = 160): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
  const line = safeText(text.slice(0, length * 4))
    .replace(/\s+/g, ' ')
    .trim();
  return line.length <= length && text.length <= length * 4
    ? line
    : `${line.slice(0, length - 1).trimEnd()}…`;
}

/** Any value as a person reads it whole: text as it is, all else as JSON. */
export function wholeText(value: unknown): string {
  return typeof value === 'string' ? safeText(value) : (JSON.stringify(value, null, 2) ?? '');
}
