import type { Schedule } from '../../../run/schedule/index.ts';
import type { RunSubmission } from '../schemas/run-submission.ts';

/** What a schedule submits, as a caller would. */
export function submissionOf({
  agent,
  input,
  lane,
  budget,
  session,
  subject,
}: Pick<Schedule, 'agent' | 'input' | 'lane' | 'budget' | 'session' | 'subject'>): RunSubmission {
  return {
    agent,
    input,
    lane,
    budget,
    ...(session === null ? {} : { session }),
    ...(subject === null ? {} : { subject }),
  };
}
