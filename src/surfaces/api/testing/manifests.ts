import { DEFAULT_BUDGET } from '../../../contract/budget.ts';
import type { BundleManifest, DefinitionManifest } from '../../../contract/manifest.ts';

/** A definition with what a test does not care about filled in. */
export function definition(changes: Partial<DefinitionManifest> & { name: string }): DefinitionManifest {
  return {
    kind: 'agent',
    hash: '0'.repeat(64),
    model: null,
    effects: ['read'],
    tools: [],
    toolApproval: {},
    budget: DEFAULT_BUDGET,
    ...changes,
  };
}

/** A bundle with an agent that takes text, and a workflow that takes an order. */
export const SUPPORT: BundleManifest = {
  format: 1,
  definitions: [
    definition({
      name: 'support',
      description: 'Answers customers.',
      effects: ['read', 'write'],
      tools: [
        {
          name: 'refund',
          description: 'Refunds an order.',
          inputSchema: { type: 'object' },
          effect: 'write',
          risk: ['financial'],
          idempotent: true,
          network: [],
          timeout: 60_000,
          examples: [],
          compensates: false,
        },
      ],
    }),
    definition({
      kind: 'workflow',
      name: 'refund-order',
      budget: { ...DEFAULT_BUDGET, usd: 1 },
      inputSchema: {
        type: 'object',
        properties: { order: { type: 'string' } },
        required: ['order'],
        additionalProperties: false,
      },
    }),
    definition({ name: 'needs-openai', model: { small: 'openai/gpt-5-mini', large: 'openai/gpt-5' } }),
    definition({ name: 'prefers-openai', model: ['openai/gpt-5', 'local'] }),
    definition({ name: 'needs-nonsense', model: 'nonsense/one' }),
  ],
};
