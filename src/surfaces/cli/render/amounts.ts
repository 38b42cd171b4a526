/**
 * @example
 * showUsd(0.00042); // '$0.00042'
 * showUsd(1.5); // '$1.50'
 */
export function showUsd(usd: number): string {
  if (usd === 0) return '$0';
  if (usd >= 0.01) return `$${usd.toFixed(2)}`;
  return `$${Number(usd.toPrecision(2)).toFixed(Math.min(8, 1 - Math.floor(Math.log10(usd))))}`;
}

/**
 * @example
 * showCount(1, 'token'); // '1 token'
 * showCount(1200, 'token'); // '1,200 tokens'
 */
export function showCount(count: number, unit: string): string {
  return `${count.toLocaleString('en-US')} ${unit}${count === 1 ? '' : 's'}`;
}

/**
 * @param duration milliseconds
 * @example
 * showDuration(4200); // '4.2 s'
 */
export function showDuration(duration: number): string {
  if (duration < 1_000) return `${Math.round(duration)} ms`;
  if (duration < 60_000) return `${(duration / 1_000).toFixed(1)} s`;
  const minutes = Math.floor(duration / 60_000);
  if (minutes < 60) return `${minutes} min ${Math.floor((duration % 60_000) / 1_000)} s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} days`;
}
