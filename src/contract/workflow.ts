import type { Governed, OnOutage } from './agent.ts';
import type { WorkflowContext } from './context.ts';
import type { Infer, Schema } from './schema.ts';
import type { ToolSet } from './tool.ts';

export type WorkflowDefinition<
  InputSchema extends Schema = Schema,
  Output = unknown,
  Tools extends ToolSet = ToolSet,
> = Governed<Tools> & {
  /** A workflow has no answer of its own that a person could give in its place. */
  onOutage?: Exclude<OnOutage, 'escalate'>;
  inputSchema: InputSchema;
  outputSchema?: Schema<Output>;
  /** Deterministic: all that it learns of the world comes through its context. */
  run: (input: Infer<InputSchema>, context: WorkflowContext<Tools>) => Promise<Output>;
};

/** Without parameters: any workflow, whatever it takes and returns. */
export type Workflow<
  // biome-ignore lint/suspicious/noExplicitAny: a workflow's input is contravariant.
  InputSchema extends Schema = any,
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  Output = any,
  // biome-ignore lint/suspicious/noExplicitAny: as above.
  Tools extends ToolSet = any,
> = WorkflowDefinition<InputSchema, Output, Tools> & { readonly kind: 'workflow' };
