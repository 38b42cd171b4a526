import type { SpendPeriod } from '../../../contract/spend.ts';

/** Billionths of a US dollar, or tokens. */
export type StoredUnit = 'nano_usd' | 'tokens';

/** Which budget of which tenant. */
export type SpendKey = {
  readonly tenant: string;
  /** Whose, in one word: see `ownerWord`. */
  readonly agent: string;
  readonly period: SpendPeriod;
  readonly unit: StoredUnit;
};

/** What a tenant, one of its agents or one of its API keys may spend in a period. */
export type SpendLimit = SpendKey & {
  readonly amount: number;
  /** What becomes of a run that finds it spent: it fails, or it waits until the period ends. */
  readonly whenSpent: 'fail' | 'wait';
  /** Milliseconds since the epoch. Absent: it has always stood. */
  readonly setAt?: number;
};

/** Worst cases, and costs. */
export type Needs = Record<StoredUnit, number>;
