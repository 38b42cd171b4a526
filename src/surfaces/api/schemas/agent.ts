import { z } from '@hono/zod-openapi';
import { TIERS } from '../../../contract/agent.ts';
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

/** A model's name, or several: the first that can answers. */
const names = z.union([z.string(), z.array(z.string()).readonly()]);

export const AgentSchema = z
  .object({
    name: z.string(),
    kind: z.enum(['agent', 'workflow']),
    version: z.string(),
    description: z.string().nullable(),
    effects: z.array(z.enum(EFFECTS)).openapi({ description: 'What it may do; all else is denied.' }),
    tools: z.array(AgentToolSchema),
    model: z.union([names, z.partialRecord(z.enum(TIERS), names)]).openapi({
      description: "'provider/model', several in the order in which they are asked, or such for each tier.",
    }),
    inputSchema: json.openapi({ description: 'JSON Schema of its input; null: a string that is not empty.' }),
    deployedAt: time,
  })
  .openapi('Agent');

export type Agent = z.infer<typeof AgentSchema>;
