export { type CascadeParts, cascade } from './cascade.ts';
export { pairOf } from './pair.ts';
export type { Fits } from './verifiers.ts';
