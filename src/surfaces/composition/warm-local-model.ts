import type { ModelRegistry } from '../../gateways/model/provider/index.ts';

/** One of each language that it speaks. */
const REQUESTS = ['Credit 20 dollars to account AC-1042.', '¿Está activa la línea de la cuenta AC-1042?'];

/**
 * Asks the local model once for nothing, in each language. The first call of a process reads word lists and compiles
 * code, which takes some 50 ms; done here, no run waits for it.
 */
export async function warmLocalModel(models: Pick<ModelRegistry, 'resolve'>): Promise<void> {
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
