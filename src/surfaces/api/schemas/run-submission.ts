import { z } from '@hono/zod-openapi';
import { LANES } from '../../../contract/run.ts';
import { givenJson, shortText } from './fields.ts';

const DURATION = "must be milliseconds, or a number with a unit: '250ms', '30s', '5m', '2h', '7d'";

const duration = z
  .union(
    [
      z.number().positive().max(Number.MAX_SAFE_INTEGER),
      z
        .templateLiteral([z.number(), z.enum(['ms', 's', 'm', 'h', 'd'])])
        .refine((text) => /^\d+(\.\d+)?[a-z]+$/.test(text), DURATION)
        .openapi({ type: 'string', example: '5m' }),
    ],
    DURATION,
  )
  .openapi({ description: "Milliseconds, or a number with a unit: '250ms', '30s', '5m', '2h', '7d'." });

export const BudgetSchema = z
  .strictObject({
    usd: z.number().positive().optional(),
    tokens: z.int().positive().optional(),
    inputTokens: z.int().positive().optional(),
    outputTokens: z.int().positive().optional(),
    modelCalls: z.int().positive().optional(),
    toolCallsPerTurn: z.int().positive().optional(),
    toolCalls: z.int().positive().optional(),
    time: duration.optional(),
  })
  .openapi('Budget', { description: "Lowers the deployed definition's own limits; it never raises one." });

export const RunSubmissionSchema = z
  .strictObject({
    agent: shortText.openapi({ description: 'The name of a deployed agent or workflow.' }),
    input: givenJson.openapi({
      description: "The user's message, or what the definition's input schema asks for.",
    }),
    session: shortText.optional().openapi({ description: 'Runs of one conversation share it.' }),
    subject: shortText
      .optional()
      .openapi({ description: 'Whom the run is about, as your own systems name them.' }),
    lane: z.enum(LANES).optional().openapi({ description: 'Default normal.' }),
    budget: BudgetSchema.optional(),
    webhook: z
      .string()
      .max(2_048)
      .optional()
      .openapi({ description: 'Where to tell that the run ended (Standard Webhooks).' }),
  })
  .openapi('RunSubmission');

export type RunSubmission = z.infer<typeof RunSubmissionSchema>;
