import { BulkheadError } from '../../../contract/errors.ts';

/** What an operator says that a model costs, in US dollars per million tokens. */
export type PriceOverride = {
  inputPerMillion: number;
  outputPerMillion: number;
  /** Default: as any other input token. */
  cacheReadPerMillion?: number;
};

/** Prices of an operator by the model's full name, `'provider/model'`. They win over the catalogue and over `0`. */
export type PriceOverrides = Readonly<Record<string, PriceOverride>>;

/** @throws BulkheadError `invalid_price`, naming the model and the field */
export function checkOverrides(overrides: PriceOverrides): void {
  for (const [model, override] of Object.entries(overrides)) {
    for (const [field, value] of Object.entries(override)) {
      if (typeof value === 'number' && Number.isFinite(value) && value >= 0) continue;
      throw new BulkheadError({
        code: 'invalid_price',
        message: `The price ${field} of "${model}" is not a number of dollars. Write 0 or more, per million tokens.`,
        details: { model, field },
      });
    }
  }
}
