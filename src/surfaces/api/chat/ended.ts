import type { SerializedError } from '../../../contract/errors.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import type { RunEnd } from '../../../foundation/journal/index.ts';
import type { ChatEvent } from './chat-call.ts';

/** The last event of a chat. */
export function ended(run: string, { status, output, error }: RunEnd): ChatEvent {
  if (status === 'succeeded') return { type: 'done', run, response: output as unknown as ModelResponse };
  const cancelled: SerializedError = { code: 'run_cancelled', message: `The run ${run} was cancelled.` };
  return { type: 'failed', run, error: error ?? cancelled };
}
