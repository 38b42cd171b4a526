import { z } from '@hono/zod-openapi';
import type { CacheReport } from '../../../pillars/cache/index.ts';
import { shortText } from './fields.ts';

const KINDS = ['exact', 'semantic', 'tool'] as const;
const share = z.number().min(0).max(1);

const CacheUseSchema = z
  .object({
    agent: z.string(),
    cache: z.enum(KINDS).openapi({ description: 'Of model answers, exact or by meaning; of tool results.' }),
    asked: z.int(),
    hits: z.int(),
    hitRate: share,
    savedTokens: z.int(),
    savedUsd: z.number(),
  })
  .openapi('CacheUse');

const SemanticCacheSchema = z
  .object({
    agent: z.string(),
    state: z.enum(['on', 'off']).openapi({
      description: 'Off: more hits than declared were wrong, at every threshold. None is served any more.',
    }),
    declaredThreshold: z.number(),
    threshold: z.number().nullable().openapi({ description: 'The one that holds now; null when off.' }),
    margin: z.number().nullable().openapi({
      description:
        'How much nearer questions that speak for an answer must be than others; null until comparisons prove that few of such hits are wrong: they are only compared.',
    }),
    maxWrong: share,
    judged: z.int().openapi({ description: 'Hits of which it is known whether they were wrong.' }),
    wrong: z.int(),
    wrongShare: z
      .object({ low: share, high: share })
      .openapi({ description: 'Where the share of wrong hits lies: 95 % on each side (Wilson).' }),
  })
  .openapi('SemanticCache');

export const CacheReportSchema = z
  .object({
    uses: z.array(CacheUseSchema).openapi({ description: 'Of the last 30 days.' }),
    semantic: z.array(SemanticCacheSchema).openapi({ description: 'Of the definitions that are deployed.' }),
    entries: z.object({ exact: z.int(), semantic: z.int(), tool: z.int() }),
  })
  .openapi('CacheReport');

export type ShownCaches = z.infer<typeof CacheReportSchema>;

export const InvalidationSchema = z
  .strictObject({
    tags: z.array(shortText).min(1).max(100).optional().openapi({ description: 'As tools declare them.' }),
    agent: shortText
      .optional()
      .openapi({ description: 'All that was kept for runs of this agent or workflow.' }),
  })
  .refine(({ tags, agent }) => tags !== undefined || agent !== undefined, 'names neither tags nor an agent')
  .openapi('CacheInvalidation');

export const JudgementSchema = z
  .strictObject({
    run: z.uuid().openapi({ description: 'The run that got the answer.' }),
    key: z.string().min(1).max(1_000).openapi({ description: 'The step whose answer it was.' }),
    wrong: z.boolean(),
  })
  .openapi('CacheJudgement');

export function showCaches({ uses, semantic, entries }: CacheReport): ShownCaches {
  return {
    uses: uses.map(({ agent, kind, asked, hits, savedTokens, savedUsd }) => ({
      ...{ agent, cache: kind, asked, hits, savedTokens, savedUsd },
      hitRate: asked === 0 ? 0 : hits / asked,
    })),
    semantic: semantic.map(({ agent, declared, threshold, margin, maxWrong, judged, wrong, share }) => ({
      ...{ agent, declaredThreshold: declared, threshold, margin, maxWrong, judged, wrong },
      state: threshold === null && margin === null ? 'off' : 'on',
      wrongShare: share,
    })),
    entries,
  };
}
