import type { ModelRegistry } from '../../gateways/model/provider/index.ts';
import { estimateTokens } from '../../pillars/budget/tokens/index.ts';

/** One of each language that it speaks. */
const REQUESTS = ['Credit 20 dollars to account AC-1042.', '¿Está activa la línea de la cuenta AC-1042?'];

/**
 * Loads what the first model call of a process would wait for: the tokeniser's tables, some 300 ms, and where the local
 * model is the default its word lists and code, some 50 ms.
 *
 * @param defaultModel `'provider/model'`, or `local`
 */
export async function warmModels(
  models: Pick<ModelRegistry, 'resolve'>,
  defaultModel: string,
): Promise<void> {
  await estimateTokens([{ role: 'system', content: 'Hello.' }]);
  if (defaultModel === 'local') await warmLocalModel(models);
}

/** Asks the local model once for nothing, in each language. */
async function warmLocalModel(models: Pick<ModelRegistry, 'resolve'>): Promise<void> {
  const model = await models.resolve('local');
  for (const text of REQUESTS) {
    await model.doGenerate({
      prompt: [{ role: 'user', content: [{ type: 'text', text }] }],
      tools: [
        {
          type: 'function',
          name: 'credit',
          description: 'Credits an account, in usd.',
          inputSchema: {
            type: 'object',
            properties: { account: { type: 'string' }, usd: { type: 'number' } },
            required: ['account', 'usd'],
          },
        },
      ],
    });
  }
}
