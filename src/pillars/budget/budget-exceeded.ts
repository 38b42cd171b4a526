import { BulkheadError } from '../../contract/errors.ts';
import type { ModelCall, ToolCall } from '../../contract/gateway-call.ts';
import { remaining, spending } from './spending.ts';

/**
 * The error of a limit that does not hold what is asked for. It ends the run, unless its agent may answer once
 * more: then `details.lastTurn` tells the agent loop how many tokens there are for that.
 *
 * @param call where a further turn may follow
 */
export function limitReached(
  fields: { code?: string; message: string; status?: number; details: Record<string, unknown> },
  call: Pick<ModelCall | ToolCall, 'budget' | 'step'> | undefined,
): BulkheadError {
  const { code = 'budget_exceeded', message, status = 402, details } = fields;
  const lastTurn =
    call?.budget.whenSpent === 'partial'
      ? { lastTurn: remaining(call.step.views.of(spending), call.budget).tokens }
      : undefined;
  return new BulkheadError({
    code,
    message,
    status,
    denied: true,
    endsRun: lastTurn === undefined,
    details: { ...details, ...lastTurn },
  });
}

/** An amount as a message names it. */
export function amountOf(unit: string, amount: number): string {
  if (unit === 'usd') return `$${amount.toFixed(4)}`;
  return `${amount} ${unit === 'inputTokens' ? 'input tokens' : unit === 'outputTokens' ? 'output tokens' : unit}`;
}
