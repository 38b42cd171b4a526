import { APPROVAL_STATUSES } from '../approval.ts';
import { isObject, objectWith, optional } from './check-fields.ts';
import { oneOf, text } from './check-values.ts';
import { nearestName } from './nearest-name.ts';
import { type Check, fieldOf, refuse } from './place.ts';
import { showValue } from './show-value.ts';

const status = oneOf(APPROVAL_STATUSES);
const statusWithReason = objectWith({ status, reason: optional(text) });

const approval: Check = (value, place) => {
  if (typeof value === 'function') return;
  if (isObject(value)) statusWithReason(value, place);
  else status(value, place);
};

/** Approvals for some of the tools that are there. */
export function approvalsFor(tools: readonly string[]): Check {
  return (value, place) => {
    if (!isObject(value)) refuse(place, `is ${showValue(value)}`, 'write an object: { toolName: approval }');
    for (const [tool, answer] of Object.entries(value)) {
      if (answer === undefined) continue;
      if (!tools.includes(tool)) {
        const meant = nearestName(tool, tools);
        const known = tools.length === 0 ? 'there are no tools' : `the tools are ${tools.join(', ')}`;
        refuse(
          fieldOf(place, tool),
          'names no tool',
          meant === undefined ? known : `did you mean "${meant}"?`,
        );
      }
      approval(answer, fieldOf(place, tool));
    }
  };
}
