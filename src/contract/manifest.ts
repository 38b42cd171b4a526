import type { ModelChoice, OnOutage } from './agent.ts';
import type { ApprovalStatus } from './approval.ts';
import type { ResolvedBudget } from './budget.ts';
import type { ResolvedModelCaching, ResolvedToolCaching } from './cache.ts';
import type { Effect, Risk } from './effect.ts';
import type { RetentionClass } from './retention.ts';
import type { JsonSchema } from './schema.ts';
import type { OutputCut } from './tool.ts';

/** A tool's declarations, without its code. */
export type ToolManifest = {
  name: string;
  description: string;
  inputSchema: JsonSchema;
  outputSchema?: JsonSchema;
  effect: Effect;
  risk: Risk[];
  idempotent: boolean;
  network: string[];
  /** Milliseconds of one attempt. */
  timeout: number;
  /** US dollars of one attempt; absent: nothing. */
  cost?: number;
  /** Absent: results are not given again. */
  cache?: ResolvedToolCaching;
  invalidates?: string[];
  examples: string[];
  compensates: boolean;
  /** Absent: its output is shown whole up to the default cap. */
  output?: { fields?: string[]; maxTokens?: number; cut?: OutputCut };
  /** Absent: false. */
  pin?: boolean;
};

/** An agent or a workflow, without its code: what gateways decide by. */
export type DefinitionManifest = {
  kind: 'agent' | 'workflow';
  name: string;
  description?: string;
  /** SHA-256 of everything else in this object, hex: tells versions of one agent apart. */
  hash: string;
  /** Null: the installation's default. */
  model: ModelChoice | null;
  /** Absent: nothing is learned, checked or compared. */
  routing?: { cascade?: true; verify?: true; shadow?: number; quality?: number };
  /** Absent: anywhere. */
  residency?: string[];
  /** Absent: `wait`. */
  onOutage?: OnOutage;
  effects: Effect[];
  tools: ToolManifest[];
  /** Static answers; `'function'` where the author's code decides. */
  toolApproval: Record<string, ApprovalStatus | 'function'>;
  budget: ResolvedBudget;
  /** Absent: every answer is asked for. */
  cache?: ResolvedModelCaching;
  /** Absent: runs of the lane `batch` use the provider's batch interface, each query in a call of its own. */
  batch?: false | { pack?: number };
  /** Absent: `standard`. */
  retention?: RetentionClass;
  /** Absent: the input is one string, the user's message. */
  inputSchema?: JsonSchema;
  outputSchema?: JsonSchema;
  instructions?: string;
  rules?: string[];
  escalateBelow?: number;
  /** Absent: the defaults of `WindowPolicy`. */
  window?: { tokens?: number; compactAt?: number; keepTurns?: number; pinned?: string[] };
};

/** All definitions of one bundle. */
export type BundleManifest = {
  /** Of the manifest's form. */
  format: 1;
  definitions: DefinitionManifest[];
};
