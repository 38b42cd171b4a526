import { BulkheadError } from '../../../contract/errors.ts';

/** What an operator says that a model costs: rates of their own, a factor on the catalogue's, or both. */
export type PriceOverride = {
  /** US dollars per million tokens; with it stands `outputPerMillion`. */
  inputPerMillion?: number;
  outputPerMillion?: number;
  /** Default: as any other input token. */
  cacheReadPerMillion?: number;
  /** Default: as any other input token. */
  cacheWritePerMillion?: number;
  /** On the rates above, or on the catalogue's where there are none: 0.8 for a discount of a fifth. */
  multiplier?: number;
  /** The first moment at which it holds, milliseconds since the epoch. Default: always. */
  from?: number;
  /** The first moment at which it holds no longer. Default: never. */
  until?: number;
};

/**
 * Prices of an operator by the model's full name, `'provider/model'`. They win over the catalogue and over `0`. Of
 * several the first that holds at the time of the call counts.
 */
export type PriceOverrides = Readonly<Record<string, PriceOverride | readonly PriceOverride[]>>;

/** @returns the one that holds at `now`, milliseconds since the epoch */
export function overrideOf(overrides: PriceOverrides, model: string, now: number): PriceOverride | undefined {
  if (!Object.hasOwn(overrides, model)) return undefined;
  return [overrides[model] ?? []]
    .flat()
    .find(
      ({ from = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY }) => from <= now && now < until,
    );
}

/** @throws BulkheadError `invalid_price`, naming the model and the field */
export function checkOverrides(overrides: PriceOverrides): void {
  for (const [model, given] of Object.entries(overrides)) {
    for (const override of [given].flat()) checkOverride(model, override);
  }
}

function checkOverride(model: string, override: PriceOverride): void {
  for (const [field, value] of Object.entries(override)) {
    if (typeof value === 'number' && Number.isFinite(value) && value >= 0) continue;
    refuse(
      model,
      field,
      `The price ${field} of "${model}" is not a number of dollars. Write 0 or more, per million tokens.`,
    );
  }
  const { inputPerMillion, outputPerMillion, multiplier, from, until } = override;
  if ((inputPerMillion === undefined) !== (outputPerMillion === undefined)) {
    const field = inputPerMillion === undefined ? 'inputPerMillion' : 'outputPerMillion';
    refuse(
      model,
      field,
      `The price of "${model}" has no ${field}. Write both inputPerMillion and outputPerMillion.`,
    );
  }
  if (inputPerMillion === undefined && multiplier === undefined) {
    refuse(
      model,
      'inputPerMillion',
      `The price of "${model}" says nothing. Write inputPerMillion and outputPerMillion, or a multiplier on the published price.`,
    );
  }
  if (from !== undefined && until !== undefined && until <= from)
    refuse(model, 'until', `The price of "${model}" ends before it begins. Write an "until" after "from".`);
}

function refuse(model: string, field: string, message: string): never {
  throw new BulkheadError({ code: 'invalid_price', message, details: { model, field } });
}
