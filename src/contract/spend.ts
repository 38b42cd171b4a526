/** Periods of a tenant's budgets. They begin and end in UTC. */
export const SPEND_PERIODS = ['hour', 'day', 'month'] as const;
export type SpendPeriod = (typeof SPEND_PERIODS)[number];

/** A period after an amount. @example aPeriod('hour'); // 'an hour' */
export function aPeriod(period: SpendPeriod): string {
  return period === 'hour' ? 'an hour' : `a ${period}`;
}

/** What such a budget counts: US dollars, or input and output tokens together. */
export const SPEND_UNITS = ['usd', 'tokens'] as const;
export type SpendUnit = (typeof SPEND_UNITS)[number];
