/**
 * How long Google asks its caller to wait: it says so in the body, as a `google.rpc.RetryInfo` among the details of
 * an error (AIP-193), and sends no `Retry-After`.
 *
 * @returns milliseconds; `undefined` when nothing readable was said
 * @example
 * retryInfo({ details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '1.5s' }] }); // 1500
 */
export function retryInfo(error: unknown): number | undefined {
  const details = isRecord(error) && Array.isArray(error.details) ? error.details : [];
  const info = details.find((detail) => isRecord(detail) && /\bRetryInfo$/.test(String(detail['@type'])));
  const [, seconds] = /^(\d+(?:\.\d+)?)s$/.exec(isRecord(info) ? String(info.retryDelay) : '') ?? [];
  return seconds === undefined ? undefined : Math.round(Number(seconds) * 1_000);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
