import type { LanguageModelV4Message } from '@ai-sdk/provider';

/** Marks the system message that a response's `instructions` make. Providers pass over what is not theirs. */
export const INSTRUCTIONS = { bulkhead: { instructions: true } };

export function isInstructions({ role, providerOptions }: LanguageModelV4Message): boolean {
  return role === 'system' && providerOptions?.bulkhead?.instructions === true;
}
