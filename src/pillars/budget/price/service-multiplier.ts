import type { Service } from '../../../contract/price.ts';

/**
 * Factors on the standard price, as the providers publish them: batches cost half at OpenAI, Anthropic, Google and
 * Mistral, and so does OpenAI's flex processing. OpenAI's priority processing costs 1.75 to 2 times as much,
 * depending on the model; the higher one is taken.
 */
const PUBLISHED: Readonly<Record<string, Partial<Record<Service, number>>>> = {
  openai: { batch: 0.5, flex: 0.5, priority: 2 },
  anthropic: { batch: 0.5 },
  google: { batch: 0.5 },
  mistral: { batch: 0.5 },
};

/**
 * What a way of serving does to a model's price. A discount that nobody published is none.
 *
 * @example
 * serviceMultiplier('openai/gpt-5-mini', 'batch'); // 0.5
 */
export function serviceMultiplier(model: string, service: Service | undefined): number {
  if (service === undefined) return 1;
  const provider = model.split('/', 1)[0] ?? '';
  return (Object.hasOwn(PUBLISHED, provider) ? PUBLISHED[provider]?.[service] : undefined) ?? 1;
}
