import { BulkheadError } from '../../contract/errors.ts';
import { LARGEST_SUBMISSION, parseSubmission } from '../api/runs/parse-submission.ts';
import type { RunSubmission } from '../api/schemas/run-submission.ts';
import type { IntakeSource } from './config/source.ts';
import type { IntakeMessage } from './message.ts';

const MESSAGE_ID = /^\P{Cc}{1,255}$/u;

/**
 * What a message asks for.
 *
 * @throws BulkheadError `missing_message_id`, `body_too_large`, `invalid_body`, `invalid_request`, `reply_not_allowed`,
 * `invalid_correlation_id`
 */
export function readMessage(
  message: IntakeMessage,
  { replyTo: allowed }: Pick<IntakeSource, 'replyTo'>,
): { id: string; submission: RunSubmission } {
  const { id, body, replyTo, correlationId } = message;
  if (id === undefined || !MESSAGE_ID.test(id)) {
    throw refusal(
      'missing_message_id',
      'The message has no id of 1 to 255 characters, so it could start a second run if it came again. Send it with a message id.',
    );
  }
  if (body.length > LARGEST_SUBMISSION) {
    throw refusal(
      'body_too_large',
      `The body is larger than the ${LARGEST_SUBMISSION} bytes that a run may start with. Send less; large data belongs into a store that a tool reads.`,
    );
  }
  if (replyTo !== undefined && !allowed.includes(replyTo)) {
    throw refusal(
      'reply_not_allowed',
      'The message asks for its result at a place that this source does not allow. Add the place to the "replyTo" of the source, or send the message without it.',
    );
  }
  if (correlationId?.includes('\0')) {
    throw refusal(
      'invalid_correlation_id',
      'The correlation id of the message has a NUL character, which cannot be kept. Send it with another one.',
    );
  }
  return { id, submission: parseSubmission(parse(body)) };
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    throw refusal('invalid_body', 'The body is not valid JSON in UTF-8. Send what POST /v1/runs takes.');
  }
}

function refusal(code: string, message: string): BulkheadError {
  return new BulkheadError({ code, message, status: 422 });
}
