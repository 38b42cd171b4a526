import type { ModelName } from './agent.ts';
import type { Duration } from './duration.ts';

/** Which answers of models an agent or a workflow may be given again. Undeclared: none. */
export type ModelCaching = {
  /** How long an answer may be given again to exactly the same request. */
  exact?: Duration;
  /** Answers to questions that say the same in other words. */
  semantic?: SemanticCaching;
};

/** How an answer may be found again by the meaning of its question. */
export type SemanticCaching = {
  /** How long an answer may be given again. */
  ttl: Duration;
  /** Cosine that two questions need at least, in [0, 1]. Default 0.9; wrong hits raise it. */
  threshold?: number;
  /** `'local'` (default) needs no key and asks nobody; `'provider/model'` names an embedding model. */
  embedding?: ModelName;
  /**
   * Answers that several runs got in the same words to questions like the one that is asked. `margin`: how much nearer
   * these questions must be than those with another answer, as a difference of cosines in (0, 1]. Until comparisons
   * with the model have proven that at most `maxWrong` of such hits are wrong (some 300 right ones for 0.01), they are
   * only compared. `false`: only questions in nearly the same words are answered again. Default 4 questions, margin
   * 0.22.
   */
  witnesses?: false | { count?: number; margin?: number };
  /** The share of wrong hits, in [0, 1], above which no hit is served any more. Default 0.01. */
  maxWrong?: number;
  /** The share of hits, in [0, 1], for which the model is asked all the same, to compare. Default 0.05. */
  sample?: number;
};

/** A {@link ModelCaching} with every default filled in; durations in milliseconds. */
export type ResolvedModelCaching = {
  exact?: number;
  semantic?: {
    ttl: number;
    threshold: number;
    embedding: ModelName;
    maxWrong: number;
    sample: number;
    /** Absent: none. */
    witnesses?: { count: number; margin: number };
  };
};

export const DEFAULT_SEMANTIC = { threshold: 0.9, embedding: 'local', maxWrong: 0.01, sample: 0.05 } as const;

/** Where the proof begins. Chosen on a part of banking77: `npm run bench -- cache` shows that part and another. */
export const DEFAULT_WITNESSES = { count: 4, margin: 0.22 } as const;

/**
 * How long results of a tool that reads may be given again, and to whom. Unless `shared`, a result goes only to runs
 * of the same subject; without a subject, of the same session; without either, to the same run.
 */
export type ToolCaching = {
  ttl: Duration;
  /** For so long after `ttl` the old result is given once more while a new one is fetched behind it. */
  staleWhileRevalidate?: Duration;
  /** What the result tells of. Tools that change it name it in `invalidates`; operators clear by it. */
  tags?: readonly string[];
  /** The result depends on the input alone, whoever asks. Default false. */
  shared?: boolean;
};

/** A {@link ToolCaching} with every default filled in; durations in milliseconds. */
export type ResolvedToolCaching = {
  ttl: number;
  staleWhileRevalidate: number;
  tags: string[];
  shared: boolean;
};

/** Where an answer was found that no model was asked for now. */
export type CachedAnswer = {
  kind: 'exact' | 'semantic';
  /** The run that asked the model. */
  run: string;
  /** Cosine of the two questions; of semantic hits. */
  similarity?: number;
  /** Of semantic hits for which several questions spoke: how much nearer they were than those with another answer. */
  margin?: number;
  /** What the answer had cost that run: what this one saved. */
  savedTokens: number;
  savedUsd: number;
};
