/** How a provider serves a call beside its standard way; each has a price of its own. */
export type Service = 'batch' | 'flex' | 'priority';

/**
 * By what a cost was worked out, so that it can be followed when prices have changed: who named the price, its
 * rates in US dollars per million tokens, and the factor on them where one held.
 */
export type PriceFacts = {
  /** The operator, the published catalogue, or the kind of model (`local` costs nothing). */
  source: 'override' | 'catalogue' | 'declared';
  inputPerMillion?: number;
  outputPerMillion?: number;
  cacheReadPerMillion?: number;
  cacheWritePerMillion?: number;
  multiplier?: number;
};
