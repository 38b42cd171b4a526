import type { ModelRequest } from '../../../../contract/model.ts';
import type { Principal } from '../../../../contract/principal.ts';
import type { RouteParts } from '../../parts.ts';
import { invalidRequest } from '../../problems/invalid-request.ts';
import { LARGEST_SUBMISSION } from '../../runs/parse-submission.ts';
import type { ChatHeaders } from '../begin-chat.ts';
import { type Earlier, earlierResponse } from './earlier-response.ts';
import type { ResponseBody } from './response-body.ts';
import { responseRequest } from './response-request.ts';

/**
 * What a response asks of a model, and under which headers, when it may go on from an earlier one.
 *
 * @throws BulkheadError `previous_response_not_found`, `invalid_request`
 */
export async function continued(
  parts: Pick<RouteParts, 'store' | 'keys'>,
  principal: Principal,
  body: ResponseBody,
  headers: ChatHeaders,
): Promise<{ headers: ChatHeaders; request: ModelRequest }> {
  const id = body.previous_response_id;
  if (typeof id !== 'string') return { headers, request: responseRequest(body) };
  const earlier = await earlierResponse(parts, principal, id);
  const request = responseRequest(body, earlier.prompt);
  // A conversation that grows by small requests is held to what one request may send.
  if (Buffer.byteLength(JSON.stringify(request)) > LARGEST_SUBMISSION) {
    const message = `has become longer than ${LARGEST_SUBMISSION} bytes: begin anew with a summary`;
    throw invalidRequest([{ field: 'previous_response_id', message }]);
  }
  return { headers: inherited(headers, earlier), request };
}

/** @throws BulkheadError `invalid_request` when the conversation would go on as one about somebody else */
function inherited(headers: ChatHeaders, earlier: Earlier): ChatHeaders {
  const subject = headers['x-bulkhead-subject'] ?? earlier.subject;
  const session = headers['x-bulkhead-session'] ?? earlier.session;
  if (earlier.subject !== null && subject !== earlier.subject) {
    const message = 'is not the subject of the response that previous_response_id names';
    throw invalidRequest([{ field: 'x-bulkhead-subject', message }]);
  }
  return {
    ...headers,
    ...(subject === null ? {} : { 'x-bulkhead-subject': subject }),
    ...(session === null ? {} : { 'x-bulkhead-session': session }),
  };
}
