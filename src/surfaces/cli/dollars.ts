import { BulkheadError } from '../../contract/errors.ts';

/** The amount of `--budget-usd`. @throws BulkheadError `invalid_option` */
export function dollars(text: string): number {
  const usd = Number(text);
  if (usd > 0 && Number.isFinite(usd)) return usd;
  throw new BulkheadError({
    code: 'invalid_option',
    message: `"${text}" is no amount for --budget-usd. Give dollars above 0, such as 0.25.`,
  });
}
