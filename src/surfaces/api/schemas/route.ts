import { z } from '@hono/zod-openapi';
import type { Route, SampleCounts } from '../../../pillars/routing/index.ts';
import { time } from './fields.ts';

const share = z.number().min(0).max(1);

const CurvePointSchema = z
  .object({
    threshold: z
      .number()
      .openapi({ description: 'Requests that score at least this start with the smaller tier.' }),
    costShare: z.number().openapi({ description: 'Cost, as a share of asking the larger tier always.' }),
    quality: z.number().openapi({ description: "Quality, as a share of the larger tier's." }),
    qualityAtLeast: z.number().openapi({ description: 'With 95 % confidence it is no lower than this.' }),
  })
  .openapi('CurvePoint');

const TrainedSchema = z
  .object({
    version: z.int(),
    active: z.boolean().openapi({ description: 'Requests are routed by it.' }),
    reason: z
      .enum(['too_few_samples', 'one_sided_samples', 'no_gain', 'quality_not_met', 'plain_order_best'])
      .nullable()
      .openapi({ description: 'Why it is not active: rules and the order of the definition decide.' }),
    threshold: z.number().nullable(),
    quality: share.openapi({ description: "What was asked for, as a share of the larger tier's." }),
    cascade: z.boolean(),
    samples: z.int().openapi({ description: 'Calls of which it is known whether the smaller tier will do.' }),
    heldOut: z.int().openapi({ description: 'Of those, the ones that it was not trained on.' }),
    auc: z.number().nullable().openapi({
      description: 'How well it tells apart what was held out: 0.5 is chance, 1 is always.',
    }),
    accuracy: z.number().nullable(),
    costRatio: z.number().openapi({
      description:
        "The cost of a smaller tier's answer, as a share of a larger one's; 0 where no price is known.",
    }),
    weightsSize: z.int().openapi({ description: 'Bytes.' }),
    curve: z.array(CurvePointSchema),
    trainedBy: z.string(),
    trainedAt: time,
  })
  .openapi('TrainedRoute');

export const RouteSchema = z
  .object({
    agent: z.string(),
    small: z
      .string()
      .openapi({ description: 'The model that is asked first in the order of the definition.' }),
    large: z.string().openapi({ description: 'That of the next larger tier.' }),
    taken: z.int().openapi({ description: 'Calls of which something is kept.' }),
    judged: z
      .int()
      .openapi({ description: 'Of those, the ones of which it is known whether the smaller tier will do.' }),
    good: z.int().openapi({
      description: 'Of the judged ones, those for which the answer of the smaller tier will do.',
    }),
    trained: TrainedSchema.nullable(),
  })
  .openapi('Route');

export const TrainRequestSchema = z
  .strictObject({
    quality: z.number().min(0.5).max(1).optional().openapi({
      description:
        "What the answers must come to, as a share of the larger tier's. Default: what the definition says, or the operator, or 0.95.",
    }),
  })
  .openapi('TrainRequest');

export type ShownRoute = z.infer<typeof RouteSchema>;

/** @param pair names of both models, as routes are kept by @param route absent: nothing was trained yet */
export function showRoute(
  agent: string,
  pair: string,
  counts: SampleCounts,
  route: Route | undefined,
): ShownRoute {
  const [small = '', large = ''] = pair.split(' ');
  if (route === undefined) return { agent, small, large, ...counts, trained: null };
  const { agent: _, pair: trainedPair, trainedAt, ...trained } = route;
  // What was learned of other models is not asked any more.
  const active = trained.active && trainedPair === pair;
  return {
    agent,
    small,
    large,
    ...counts,
    trained: { ...trained, active, trainedAt: trainedAt.toISOString() },
  };
}
