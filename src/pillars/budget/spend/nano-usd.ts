/**
 * Money in whole billionths of a US dollar, so that sums are exact. A number holds nine million dollars of them.
 *
 * @example
 * nanoUsd(0.00045); // 450_000
 */
export function nanoUsd(usd: number): number {
  return Math.round(usd * 1e9);
}

/** As {@link nanoUsd}, never less than it costs: for what is set aside. */
export function nanoUsdAtMost(usd: number): number {
  return Math.ceil(usd * 1e9);
}

export function usdOf(nano: number): number {
  return nano / 1e9;
}
