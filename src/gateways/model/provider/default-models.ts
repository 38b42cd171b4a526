/**
 * The model that is taken when an agent names none and this provider's key is set: small, cheap, good at
 * tools, and with a known price, so that a budget in dollars works from the first run. In order of choice.
 *
 * OpenAI: a model that takes tools over Chat Completions at any level of reasoning; GPT-5.6 and later do not.
 */
export const defaultModels: readonly { provider: string; model: string }[] = [
  { provider: 'openai', model: 'openai/gpt-5-mini' },
  { provider: 'anthropic', model: 'anthropic/claude-haiku-4-5' },
  { provider: 'google', model: 'google/gemini-3.5-flash-lite' },
  { provider: 'mistral', model: 'mistral/mistral-small-latest' },
];
