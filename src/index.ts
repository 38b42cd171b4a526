export type {
  Agent,
  AgentDefinition,
  BatchPolicy,
  EffectPolicy,
  ModelChoice,
  ModelName,
  OnOutage,
  RoutingPolicy,
  Tier,
  WindowPolicy,
} from './contract/agent.ts';
export type { ApprovalAnswer, ApprovalContext, ApprovalStatus, ToolApproval } from './contract/approval.ts';
export type { Budget } from './contract/budget.ts';
export type { ModelCaching, SemanticCaching, ToolCaching } from './contract/cache.ts';
export type {
  ChildOptions,
  GenerateOptions,
  GenerateResult,
  ReviewAnswer,
  ReviewRequest,
  WorkflowContext,
} from './contract/context.ts';
export { agent, tool, workflow } from './contract/define/index.ts';
export type { Duration } from './contract/duration.ts';
export type { Effect, Risk } from './contract/effect.ts';
export { BulkheadError, type ErrorFields } from './contract/errors.ts';
export type { Json } from './contract/json.ts';
export type { RetentionClass } from './contract/retention.ts';
export type { Infer, JsonSchema, Schema, WrappedJsonSchema } from './contract/schema.ts';
export type {
  BareTool,
  Tool,
  ToolContext,
  ToolDefinition,
  ToolOutputPolicy,
  ToolSet,
} from './contract/tool.ts';
export type { Workflow, WorkflowDefinition } from './contract/workflow.ts';
