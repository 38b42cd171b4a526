import { BulkheadError } from '../../../../contract/errors.ts';
import type { ModelResponse } from '../../../../contract/model.ts';
import type { Principal } from '../../../../contract/principal.ts';
import type { ChatInput } from '../../../../run/chat/chat-input.ts';
import { bornAt } from '../../chat/born-at.ts';
import type { RouteParts } from '../../parts.ts';
import { readRunEnd } from '../../runs/read-run.ts';
import type { Run } from '../../schemas/run.ts';
import { fromFailure } from '../errors/from-failure.ts';
import { completed, type Started } from '../stream/open-chat.ts';
import { findResponse } from './find-response.ts';
import { type ToldBody, toldBody } from './kept-body.ts';
import type { ResponseBody } from './response-body.ts';
import { cancelledResponse, failedResponse, openResponse, wholeResponse } from './response-object.ts';

/** OpenAI's `response`; what it is depends on its status. */
export type ToldResponse = { id: string; object: string; status: string };

/**
 * A response as it was answered, or as it stands, out of its run's journal.
 *
 * @param include what is wanted beside what its request asked for
 * @throws BulkheadError `response_not_found` when there is none, or its content is gone
 */
export async function readResponse(
  parts: Pick<RouteParts, 'store' | 'keys'>,
  principal: Principal,
  id: string,
  include: NonNullable<ResponseBody['include']> = [],
): Promise<ToldResponse> {
  const missing = (reason: string) => notFound(id, reason);
  const run = await findResponse(parts, principal, id, missing);
  if (run.input === null) throw missing('cannot be read any more');
  const body = toldBody(run.input as ChatInput);
  if (body === undefined) throw missing('is no response');
  const told = { ...body, include: [...(body.include ?? []), ...include] };
  const started: Started = { type: 'started', run: run.id, createdAt: bornAt(run.id), agent: run.agent };
  if (run.status === 'cancelled') return cancelledResponse(told, started);
  if (run.status === 'succeeded') return endedWell(told, started, run);
  const end =
    run.status === 'failed' ? await readRunEnd(parts.store, parts.keys, principal.tenant, run.id) : undefined;
  if (end?.error === undefined) return openResponse(told, started);
  return failedResponse(told, started, fromFailure(end.error));
}

/** The model itself may have called its answer a failure. */
function endedWell(body: ToldBody, started: Started, { output, finishedAt }: Run): ToldResponse {
  const response = output as ModelResponse;
  try {
    return wholeResponse(body, started, completed(response), Date.parse(String(finishedAt)));
  } catch (failure) {
    if (BulkheadError.isInstance(failure)) return failedResponse(body, started, failure);
    throw failure;
  }
}

function notFound(id: string, reason: string): BulkheadError {
  return new BulkheadError({
    code: 'response_not_found',
    message: `The response ${id} ${reason}. A response's id is the one that POST /v1/responses answered with.`,
    status: 404,
    details: { errors: [{ field: 'response_id', message: reason }] },
  });
}
