import type pg from 'pg';
import type { Judgement } from './calibrate.ts';

/** A hit as it is logged, whether it was served or only compared. */
export type SemanticHit = {
  tenant: string;
  run: string;
  step: string;
  agent: string;
  /** Hash of the definition. */
  definition: string;
  similarity: number;
  /** Of a hit for which several questions spoke. */
  margin?: number | undefined;
  /** The run whose answer was found. */
  source: string;
  served: boolean;
  /** Known when the model was asked all the same. */
  wrong?: boolean;
};

/** The log of hits by meaning, and what became known of them. */
export type SemanticHits = {
  log(hit: SemanticHit): Promise<void>;
  /** The latest judged hits of a definition, at most 2,000, as they stood some seconds ago at most. */
  judged(tenant: string, definition: string): Promise<readonly Judgement[]>;
};

/** A row of {@link READ_JUDGED}. */
export type StoredJudgement = { similarity: number; margin: number | null; wrong: boolean };

/** Milliseconds for which a reading is believed. */
const BELIEVED = 2_000;
/** Definitions whose judgements are held. */
const HELD = 1_000;

export const READ_JUDGED = `SELECT similarity, margin, wrong FROM semantic_hit
  WHERE tenant = $1 AND definition = $2 AND wrong IS NOT NULL ORDER BY hit_at DESC LIMIT 2000`;

/** @example createSemanticHits({ pool, now: clock.now }) */
export function createSemanticHits({ pool, now }: { pool: pg.Pool; now: () => number }): SemanticHits {
  const held = new Map<string, { at: number; judgements: Promise<readonly Judgement[]> }>();
  return {
    async log({ tenant, run, step, agent, definition, similarity, margin, source, served, wrong }) {
      await pool.query({
        name: 'log-semantic-hit',
        text: `INSERT INTO semantic_hit
            (tenant, run, step_key, agent, definition, similarity, source, served, wrong, judged_by, margin)
          VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, CASE WHEN $9::boolean IS NULL THEN NULL ELSE 'sample' END, $10)
          ON CONFLICT (run, step_key) DO NOTHING`,
        values: [
          ...[tenant, run, step, agent, definition, similarity, source, served, wrong ?? null],
          margin ?? null,
        ],
      });
      // What this worker has just learnt it acts on at once.
      if (wrong !== undefined) held.delete(`${tenant}\n${definition}`);
    },
    judged(tenant, definition) {
      const last = held.get(`${tenant}\n${definition}`);
      if (last !== undefined && now() - last.at < BELIEVED) return last.judgements;
      const judgements = pool
        .query<StoredJudgement>({ name: 'judged-hits', text: READ_JUDGED, values: [tenant, definition] })
        .then(({ rows }) => rows.map(toJudgement));
      judgements.catch(() => held.delete(`${tenant}\n${definition}`));
      if (held.size >= HELD) held.clear();
      held.set(`${tenant}\n${definition}`, { at: now(), judgements });
      return judgements;
    },
  };
}

/** As the likeness was rounded before it was stored in 32 bits. */
export function toJudgement({ similarity, margin, wrong }: StoredJudgement): Judgement {
  return { similarity: rounded(similarity), ...(margin === null ? {} : { margin: rounded(margin) }), wrong };
}

function rounded(share: number): number {
  return Math.round(share * 10_000) / 10_000;
}
