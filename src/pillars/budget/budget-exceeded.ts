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

/**
 * An amount as a message names it.
 *
 * @example
 * amountOf('usd', 0.011); // '$0.0110'
 * amountOf('usd', 0.0000125); // '$0.000013'
 * amountOf('inputTokens', 7); // '7 input tokens'
 */
export function amountOf(unit: string, amount: number): string {
  if (unit === 'usd') return dollars(amount);
  return `${amount} ${unit === 'inputTokens' ? 'input tokens' : unit === 'outputTokens' ? 'output tokens' : unit}`;
}

/** Four decimals, and as many as it takes where a small amount would look like nothing. */
function dollars(usd: number): string {
  const decimals = usd > 0 ? Math.min(9, Math.max(4, 1 - Math.floor(Math.log10(usd)))) : 4;
  return `$${usd.toFixed(decimals)}`;
}
