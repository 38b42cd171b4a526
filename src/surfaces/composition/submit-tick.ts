import type { SubmitTick } from '../../run/schedule/index.ts';
import { type SubmitParts, submitRun } from '../api/runs/submit-run.ts';
import { submissionOf } from '../api/schedules/submission-of.ts';

/** A tick's run goes the way of every caller's. */
export function createSubmitTick(parts: SubmitParts): SubmitTick {
  return (client, schedule, start) => {
    const principal = { id: schedule.principal, tenant: schedule.tenant };
    return submitRun(client, parts, principal, submissionOf(schedule), start);
  };
}
