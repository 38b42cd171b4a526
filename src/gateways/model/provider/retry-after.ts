/**
 * How long a provider asks its caller to wait: `retry-after-ms` (milliseconds, sent by OpenAI and Azure), else
 * `retry-after` (seconds or an HTTP date, RFC 9110 §10.2.3).
 *
 * @param now milliseconds since the epoch, for the date
 * @returns milliseconds, at least 0; `undefined` when nothing readable was said
 * @example
 * retryAfter({ 'retry-after': '2' }, Date.now()); // 2000
 */
export function retryAfter(
  headers: Readonly<Record<string, string>> | undefined,
  now: number,
): number | undefined {
  const exact = toNumber(headers?.['retry-after-ms']);
  if (exact !== undefined) return Math.max(0, exact);
  const value = headers?.['retry-after'];
  const seconds = toNumber(value);
  if (seconds !== undefined) return Math.max(0, seconds * 1_000);
  const date = Date.parse(value ?? '');
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

function toNumber(value: string | undefined): number | undefined {
  if (value === undefined || value.trim() === '') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
