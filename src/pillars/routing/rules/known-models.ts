import type { ModelFacts } from './operator-models.ts';

/**
 * Models that cannot do what most can, by pattern. What is not listed counts as able: a list of all models would be
 * out of date on the day it is made, and a provider refuses what its model cannot do. The operator's file goes above.
 *
 * Source: the model pages of the providers, November 2026.
 */
export const KNOWN_MODELS: Readonly<Record<string, ModelFacts>> = {
  // In this process: what it is told goes nowhere.
  local: { images: false, audio: false, files: false, regions: [] },

  'openai/*': { audio: false },
  'openai/*audio*': { audio: true, schema: false },
  'openai/*realtime*': { audio: true },
  'openai/gpt-3.5-*': { images: false, files: false, schema: false },
  'openai/gpt-4': { images: false, files: false, schema: false },
  'openai/gpt-4-0613': { images: false, files: false, schema: false },
  'openai/gpt-4-turbo*': { files: false, schema: false },
  'openai/o1-mini*': { tools: false, schema: false, images: false, files: false },
  'openai/o1-preview*': { tools: false, schema: false, images: false, files: false },
  'openai/o3-mini*': { images: false, files: false },

  'anthropic/*': { audio: false },
  'anthropic/claude-2*': { tools: false, images: false, files: false },

  'mistral/*': { audio: false },
  'mistral/voxtral*': { audio: true },
  'mistral/open-mistral-*': { images: false, files: false },
  'mistral/open-mixtral-*': { images: false, files: false },
  'mistral/codestral-*': { images: false, files: false },
  'mistral/ministral-8b-2410': { images: false, files: false },
};
