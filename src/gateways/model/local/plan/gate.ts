import type { ToolProfile } from '../rank/tool-profile.ts';
import type { Clause } from '../request/clause.ts';
import type { Message } from '../request/read-message.ts';
import { isPlainOrder } from './plain-order.ts';

/**
 * Whether a clause may lead to a tool at all. A tool that only reads serves any clause that does not forbid it. A
 * tool with effects serves an order alone: in the user's own voice, not refused, not conditional, not taken back,
 * not put as a question, and asking for the very act that the tool performs.
 */
export function mayServe(tool: ToolProfile, clause: Clause, message: Message): boolean {
  if (tool.effect === 'read') return !(clause.refused && clause.mood === 'request');
  if (clause.mood !== 'request' || clause.refused || clause.tentative) return false;
  if (clause.conditional || message.holdsBack) return false;
  const [main] = clause.actions;
  if (main === undefined || main.class === 'reading') return false;
  // "Give her a voucher": an act that is named by its thing alone must be the tool's own name.
  const offers = main.isThing ? tool.core.has(main.key) : tool.actions.has(main.key);
  return offers && isPlainOrder(clause, tool, message.language);
}
