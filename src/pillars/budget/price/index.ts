export { loadPriceBook, type Price, type PriceBook } from './load-price-book.ts';
export type { PriceOverride, PriceOverrides } from './price-override.ts';
