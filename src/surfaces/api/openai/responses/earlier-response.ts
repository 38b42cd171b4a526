import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { BulkheadError } from '../../../../contract/errors.ts';
import type { ModelRequest, ModelResponse } from '../../../../contract/model.ts';
import type { Principal } from '../../../../contract/principal.ts';
import { assistantMessage } from '../../../../run/host/messages.ts';
import type { RouteParts } from '../../parts.ts';
import type { Run } from '../../schemas/run.ts';
import { findResponse } from './find-response.ts';
import { isInstructions } from './instructions.ts';

/** What a response goes on from. */
export type Earlier = {
  /** All that was said, the earlier answer included. Instructions hold for one response, so they are left out. */
  prompt: LanguageModelV4Prompt;
  session: string | null;
  /** Whom its content is about. What is copied out of it is about the same, or erasing them would leave the copy. */
  subject: string | null;
};

/**
 * The conversation up to the end of an earlier response, out of its run's journal. That journal holds the whole
 * prompt, so that one run is read however long the conversation is.
 *
 * @param id `resp_<run>`
 * @throws BulkheadError `previous_response_not_found` when there is none, it failed, or its content is gone
 */
export async function earlierResponse(
  parts: Pick<RouteParts, 'store' | 'keys'>,
  principal: Principal,
  id: string,
): Promise<Earlier> {
  const read = await findResponse(parts, principal, id, (reason) => notFound(id, reason));
  if (read.status !== 'succeeded') throw notFound(id, `has not been completed: it is ${read.status}`);
  if (read.input === null || read.output === null) throw notFound(id, 'cannot be read any more');
  return { prompt: promptOf(read), session: read.session, subject: read.subject };
}

function promptOf({ input, output }: Run): LanguageModelV4Prompt {
  const { prompt } = input as ModelRequest;
  const answer = assistantMessage(output as ModelResponse);
  return [...prompt.filter((message) => !isInstructions(message)), answer];
}

function notFound(id: string, reason: string): BulkheadError {
  return new BulkheadError({
    code: 'previous_response_not_found',
    message: `The response ${id} ${reason}. Send the whole conversation as \`input\`.`,
    status: 400,
    details: { errors: [{ field: 'previous_response_id', message: reason }] },
  });
}
