import { z } from '@hono/zod-openapi';
import { EFFECTS, RISKS } from '../../../contract/effect.ts';
import { json, time } from './fields.ts';

const AgentToolSchema = z
  .object({
    name: z.string(),
    description: z.string(),
    effect: z.enum(EFFECTS),
    risk: z.array(z.enum(RISKS)),
  })
  .openapi('AgentTool');

export const AgentSchema = z
  .object({
    name: z.string(),
    kind: z.enum(['agent', 'workflow']),
    version: z.string(),
    description: z.string().nullable(),
    effects: z.array(z.enum(EFFECTS)).openapi({ description: 'What it may do; all else is denied.' }),
    tools: z.array(AgentToolSchema),
    model: z
      .union([z.string(), z.record(z.string(), z.string())])
      .openapi({ description: "'provider/model', or one for each tier." }),
    inputSchema: json.openapi({ description: 'JSON Schema of its input; null: a string that is not empty.' }),
    deployedAt: time,
  })
  .openapi('Agent');

export type Agent = z.infer<typeof AgentSchema>;
