import { z } from '@hono/zod-openapi';
import type { ProviderHealth } from '../../../pillars/resilience/index.ts';
import { time } from './fields.ts';

export const ProviderSchema = z
  .object({
    name: z
      .string()
      .openapi({ description: "A provider, 'openai', or one model of it, 'openai/gpt-5-mini'." }),
    state: z.enum(['closed', 'open', 'half-open']).openapi({
      description:
        'closed: it answers. open: it is not asked. half-open: one call finds out whether it answers.',
    }),
    since: time.openapi({ description: 'Since when it is down, or answers again.' }),
    until: time.nullable().openapi({ description: 'When it is tried again.' }),
    lastError: z.string().openapi({ description: 'The code of the last failure.' }),
  })
  .openapi('Provider');

export type Provider = z.infer<typeof ProviderSchema>;

export function showProvider({ since, until, ...health }: ProviderHealth): Provider {
  return { ...health, since: since.toISOString(), until: until?.toISOString() ?? null };
}
