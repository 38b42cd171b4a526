export { estimateTextTokens } from './estimate-text-tokens.ts';
export { estimateTokens } from './estimate-tokens.ts';
export { toTokenUsage } from './usage.ts';
