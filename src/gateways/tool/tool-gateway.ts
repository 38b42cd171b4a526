import type { ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import { compose, type Middleware, type Next } from '../../contract/middleware.ts';
import { idempotencyKey } from './idempotency-key.ts';

/** All that reaches the world through tools goes through this. */
export type ToolGateway = Next<ToolCall, ToolResult>;

/**
 * @example
 * const gateway = createToolGateway(toolPipeline({ killSwitches, desk, spend, caches, samples, clock }));
 * const { output } = await gateway(call);
 */
export function createToolGateway(pipeline: readonly Middleware<ToolCall, ToolResult>[]): ToolGateway {
  return compose(pipeline, sandbox);
}

/** Where the author's code runs: the code host. */
async function sandbox(call: ToolCall): Promise<ToolResult> {
  return { output: await call.code.execute(call, idempotencyKey(call.run.id, call.step.key)) };
}
