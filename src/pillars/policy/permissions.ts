import { BulkheadError } from '../../contract/errors.ts';
import type { ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';

/** Refuses a tool whose effect its agent did not declare. */
export function permissions(): Middleware<ToolCall, ToolResult> {
  return {
    name: 'permissions',
    async handle(call, next) {
      const { tool, definition } = call;
      if (!definition.effects.includes(tool.effect)) {
        const declared = definition.effects.map((effect) => `'${effect}'`).join(', ');
        throw new BulkheadError({
          code: 'effect_not_allowed',
          message: `The tool "${tool.name}" has the effect '${tool.effect}', and ${definition.kind} "${definition.name}" may only ${definition.effects.join(' and ') || 'do nothing'}. Declare it: policy: { effects: [${[declared, `'${tool.effect}'`].filter(Boolean).join(', ')}] }.`,
          status: 403,
          denied: true,
          details: { tool: tool.name, effect: tool.effect, effects: definition.effects },
        });
      }
      return next(call);
    },
  };
}
