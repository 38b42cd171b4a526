import type { Tier } from './agent.ts';
import type { Allowance, ResolvedBudget } from './budget.ts';
import type { CachedAnswer } from './cache.ts';
import type { Effect, Risk } from './effect.ts';
import type { SerializedError } from './errors.ts';
import type { Json } from './json.ts';
import type { PriceFacts } from './price.ts';
import type { HoldScope } from './retention.ts';
import type { ReviewKind } from './review.ts';
import type { Lane, RunKind } from './run.ts';
import type { SpendPeriod, SpendUnit } from './spend.ts';
import type { TokenUsage } from './usage.ts';

/** How a step, an attempt or a call ended. */
export type StepOutcome = 'ok' | 'error' | 'denied';

/** Steps that the executor answers by itself. */
export type PlainOperation = 'memo' | 'now' | 'random' | 'uuid' | 'session';

/** Operations of a step; of those that have entries of their own, only a failure to begin is a `step.completed`. */
export type Operation = PlainOperation | 'tool' | 'model' | 'sleep' | 'child' | 'review' | 'escalate';

/** What runs that continue one another have spent together. */
export type ChainSpending = {
  inputTokens: number;
  outputTokens: number;
  tokens: number;
  usd: number;
  modelCalls?: number;
  toolCalls?: number;
};

type RunMeta =
  | {
      kind: 'run.created';
      agent: string;
      definition: RunKind;
      version: string;
      lane: Lane;
      principal: string;
      session?: string;
      parent?: string;
      /** The schedule that started it; without a tick a person triggered it. */
      schedule?: { id: string; tick?: number };
      /** The run that goes on as this one, and what the chain of runs had spent by then. */
      continues?: { run: string; spent: ChainSpending };
      budget: ResolvedBudget;
    }
  | { kind: 'run.claimed'; epoch: number; worker: string }
  | { kind: 'run.interrupted'; code: string }
  | { kind: 'run.waiting'; for: WaitReason[]; wakeAt?: number }
  /** `partial`: its budget was spent, and it answered with what was known. */
  | { kind: 'run.succeeded'; partial?: true }
  | { kind: 'run.failed'; code: string }
  | { kind: 'run.cancelled' }
  /** It goes on as a new run, whose input stands in the body. */
  | { kind: 'run.continued'; run: string }
  | { kind: 'cancel.requested'; inbox: number; principal: string };

type StepMeta =
  | { kind: 'step.completed'; key: string; operation: Operation; outcome: StepOutcome }
  | { kind: 'timer.set'; key: string; wakeAt: number }
  | { kind: 'timer.fired'; key: string }
  | {
      kind: 'model.started';
      key: string;
      attempt: number;
      model: string;
      reservedTokens: number;
      /** Of those, what the prompt is thought to be. */
      reservedInputTokens?: number;
      reservedUsd: number;
      /** Its answer is compared with the step's and shown to nobody. */
      shadow?: true;
    }
  | {
      kind: 'model.attempted';
      key: string;
      attempt: number;
      model: string;
      code: string;
      tokens: number;
      /** Of those, what the prompt is thought to be. */
      inputTokens?: number;
      usd: number;
      shadow?: true;
    }
  /** The attempt went into a batch of its provider; the step waits without memory for its answer, until then at most. */
  | { kind: 'model.batched'; key: string; attempt: number; model: string; request: string; wakeAt: number }
  /** The provider is done with it. What it said is kept beside the journal until the step has taken it. */
  | { kind: 'model.batch-ended'; key: string; request: string; inbox: number }
  /** No model could answer; the step waits without memory and asks again then. */
  | { kind: 'model.postponed'; key: string; model: string; code: string; wakeAt: number }
  | {
      kind: 'model.completed';
      key: string;
      outcome: StepOutcome;
      model?: string;
      provider?: string;
      attempt?: number;
      usage?: TokenUsage;
      usd?: number;
      /** By what the cost was worked out: prices change. */
      price?: PriceFacts;
      /** The one answer of an agent whose budget is spent. */
      lastTurn?: true;
      durationMs: number;
      finishReason?: string;
      code?: string;
      /** No model was asked: which cache answered. */
      cached?: CachedAnswer['kind'];
      /** The run that had asked. */
      source?: string;
      similarity?: number;
      margin?: number;
      savedTokens?: number;
      savedUsd?: number;
    }
  | {
      kind: 'tool.requested';
      key: string;
      tool: string;
      effect: Effect;
      risk: readonly Risk[];
      toolCallId: string;
      inputHash: string;
      batch?: { id: string; size: number };
      /** The step key of the call that this one undoes. */
      compensates?: string;
    }
  /** A call of a batch about which no person is asked: the others need not wait for it. */
  | { kind: 'tool.cleared'; key: string; batch: string }
  | {
      kind: 'tool.started';
      key: string;
      tool: string;
      attempt: number;
      idempotencyKey: string;
      inputHash: string;
      /** What the tool says that the attempt costs. */
      usd?: number;
    }
  | { kind: 'tool.attempted'; key: string; tool: string; attempt: number; code: string }
  | {
      kind: 'tool.completed';
      key: string;
      tool: string;
      outcome: StepOutcome;
      durationMs: number;
      code?: string;
      /** Middlewares that changed the result, and how often: `{ 'output-guard': 2 }`. */
      redactions?: Record<string, number>;
      /** The tool did not run: an earlier result was given again. */
      cached?: true;
      /** That result was past its time, and was fetched anew behind this call. */
      stale?: true;
      /** The model was shown so many tokens of so many. */
      shown?: { tokens: number; of: number };
    }
  | {
      kind: 'review.requested';
      key: string;
      review: string;
      reviewKind: ReviewKind;
      tool?: string;
      /** Keyed hash of exactly what is decided about; a decision on anything else does not count. */
      binding: string;
      expiresAt: number;
    }
  | {
      kind: 'review.decided';
      key: string;
      review: string;
      reviewKind: ReviewKind;
      decision: string;
      principal?: string;
      binding: string;
      inbox?: number;
    }
  | {
      kind: 'child.started';
      key: string;
      child: string;
      agent: string;
      allowance: Allowance;
    }
  | {
      kind: 'child.completed';
      key: string;
      child: string;
      outcome: StepOutcome;
      /** As the providers counted them. */
      usage?: Pick<TokenUsage, 'inputTokens' | 'outputTokens'>;
      /** What it cost its parent's budget. */
      tokens: number;
      usd: number;
      /** Calls of its own and of its children. */
      modelCalls?: number;
      toolCalls?: number;
      code?: string;
      /** Absent when it was refused before it began. */
      inbox?: number;
    };

type RoutingMeta =
  /** Of several models, which is asked first. Once a step, and only where there was a choice. */
  | {
      kind: 'model.routed';
      key: string;
      model: string;
      tier?: Tier;
      /** Rules by which some of the models may not be asked. */
      rules: string[];
      /** How likely the smaller tier's answer will do, in [0, 1], as the learned route thought. */
      score?: number;
      /** The version of the learned route that was asked. */
      route?: number;
    }
  /** What the checks said of an answer. */
  | {
      kind: 'model.verified';
      key: string;
      model: string;
      tier?: Tier;
      /** The check that it did not pass; of those that it passed, the strictest. */
      verifier: string;
      passed: boolean;
      /** It did not pass, and stands: no larger tier was left. */
      unverified?: true;
      /** Of the error with which the check ended, in place of an answer. */
      code?: string;
      shadow?: true;
    };

type WindowMeta =
  /** A prompt of so many tokens has passed `percent` of what one may have. Once a run and percentage. */
  | { kind: 'window.warned'; key: string; percent: number; tokens: number; limit: number }
  /** So many of the oldest messages, of so many tokens, were left out of a prompt. */
  | { kind: 'window.trimmed'; key: string; messages: number; tokens: number };

/** Which budget of a tenant: without an agent or an API key that of the tenant as a whole. */
type SpendScope = { agent?: string; key?: string; period: SpendPeriod; unit: SpendUnit };

type GovernanceMeta =
  | { kind: 'bundle.deployed'; version: string; principal: string; names: string[] }
  | { kind: 'kill-switch.set'; target: string; principal: string }
  | { kind: 'kill-switch.cleared'; target: string; principal: string }
  | { kind: 'api-key.created'; id: string; principal: string; roles: string[] }
  | { kind: 'api-key.revoked'; id: string; principal: string }
  | { kind: 'schedule.created'; schedule: string; name: string; principal: string }
  | { kind: 'schedule.changed'; schedule: string; name: string; principal: string; fields: string[] }
  | { kind: 'schedule.triggered'; schedule: string; name: string; principal: string; run: string }
  | { kind: 'schedule.deleted'; schedule: string; name: string; principal: string }
  | { kind: 'review.decision-filed'; review: string; run: string; decision: string; principal: string }
  | { kind: 'run.cancel-filed'; run: string; principal: string }
  /** Without an agent: of the tenant as a whole. */
  | { kind: 'limit.set'; agent?: string; running: number; principal: string }
  | { kind: 'limit.cleared'; agent?: string; principal: string }
  /** A model that chooses between tiers was trained. `active`: it is asked from now on. */
  | {
      kind: 'route.trained';
      agent: string;
      version: number;
      active: boolean;
      samples: number;
      principal: string;
    }
  | { kind: 'cache.cleared'; targets: string[]; entries: number; principal: string }
  | { kind: 'cache.judged'; run: string; key: string; wrong: boolean; principal: string }
  | ({ kind: 'budget.set'; amount: number; whenSpent: 'fail' | 'wait'; principal: string } & SpendScope)
  | ({ kind: 'budget.cleared'; principal: string } & SpendScope)
  /** Four fifths are spent; once a period. */
  | ({ kind: 'budget.warned'; amount: number; spent: number; starts: number; ends: number } & SpendScope)
  | { kind: 'hold.set'; id: string; scope: HoldScope; principal: string }
  | { kind: 'hold.released'; id: string; principal: string }
  | { kind: 'retention.set'; class: string; days: number; principal: string }
  | {
      kind: 'retention.dropped';
      class: string;
      /** The period of the runs' ids, ms; absent where runs were deleted one by one. */
      from?: number;
      to?: number;
      runs: number;
      frames: number;
      /** SHA-256 over id and last hash of every chain that went, by id. */
      heads: string;
      principal: string;
    }
  | { kind: 'effect.late'; key: string; tool: string; outcome: StepOutcome; inbox: number };

/** Plain facts, never content: may be queried and shown freely. */
export type EntryMeta = RunMeta | StepMeta | RoutingMeta | WindowMeta | GovernanceMeta;
export type EntryKind = EntryMeta['kind'];

/** What a run waits for. */
export type WaitReason = {
  for: 'review' | 'timer' | 'child' | 'batch' | 'provider' | 'provider-batch' | 'budget';
  key: string;
  review?: string;
  child?: string;
  /** The model whose provider does not answer, or answers its batches later. */
  model?: string;
};

/** Content. Sealed before it is stored. */
export type EntryBody = {
  /** SHA-256 of the canonical request of this step, hex: replay compares it. Inside the seal, so it need not be keyed. */
  requestHash?: string;
  input?: Json;
  output?: Json;
  /** What a model was shown in place of the output. */
  shown?: Json;
  error?: SerializedError;
  prompt?: PromptDelta;
  review?: Json;
  note?: string;
  /** Names of branches, reasons and other words of authors and people. */
  detail?: Json;
};

/** A prompt as what is new in it: the first `keep` messages are those of the model step `from`. */
export type PromptDelta = { from: string | null; keep: number; messages: Json[] };

/** One fact. `at` is the worker's clock, milliseconds since the epoch. */
export type Entry = { meta: EntryMeta & { at: number }; body?: EntryBody };

/** An entry as a caller hands it over; the journal stamps it. */
export type NewEntry = { meta: EntryMeta; body?: EntryBody };

type Keyed = Extract<EntryMeta, { key: string }>;

/** True for the one entry that ends a step: the answer that replay hands back to the code. */
export function completesStep(meta: EntryMeta): meta is Keyed {
  switch (meta.kind) {
    case 'step.completed':
    case 'timer.fired':
    case 'model.completed':
    case 'tool.completed':
    case 'child.completed':
      return true;
    case 'review.decided':
      return meta.reviewKind === 'answer' || meta.reviewKind === 'escalation';
    default:
      return false;
  }
}
