import { isRecord } from './chat-body.ts';
import type { FakeBatch, FakeBatchCall } from './fake-batches.ts';
import type { BatchWire } from './wire.ts';

/** Anthropic's Message Batches: `/v1/messages/batches`, and their results as lines. */
export const anthropicBatchWire: BatchWire = async (batches, request) => {
  const [path = '', query = ''] = request.path.split('?');
  const [, id, more] = /^\/v1\/messages\/batches(?:\/([^/]+)(\/results|\/cancel)?)?$/.exec(path) ?? [];
  if (!path.startsWith('/v1/messages/batches')) return undefined;
  if (request.headers['x-api-key'] === undefined || request.headers['anthropic-version'] === undefined)
    return failure(401, 'authentication_error');
  if (request.method === 'POST' && id !== undefined) {
    const batch = more === '/cancel' ? batches.cancel(id) : undefined;
    return batch === undefined ? failure(404, 'not_found_error') : { status: 200, body: shown(batch) };
  }
  if (request.method === 'POST') {
    const fault = batches.takeFault();
    if (fault === 'refused') return failure(403, 'permission_error');
    if (fault === 'failed') return failure(529, 'overloaded_error');
    const calls = callsOf(request.body);
    if (calls === undefined) return failure(400, 'invalid_request_error');
    const made = batches.make({ calls, headers: request.headers, metadata: undefined });
    if (fault === 'lost') return 'lost';
    return { status: 200, body: shown(made) };
  }
  if (id === undefined) {
    const after = new URLSearchParams(query).get('after_id');
    const latest = await batches.list();
    const data = latest.slice(after === null ? 0 : latest.findIndex((batch) => batch.id === after) + 1);
    return {
      status: 200,
      body: { data: data.map(shown), has_more: false, last_id: data.at(-1)?.id ?? null },
    };
  }
  const batch = await batches.find(id);
  if (batch === undefined) return failure(404, 'not_found_error');
  return more === undefined
    ? { status: 200, body: shown(batch) }
    : { lines: batch.calls.map((call) => ({ custom_id: call.id, result: resultOf(call, batch) })) };
};

function shown(batch: FakeBatch) {
  const { id, calls, ended, createdAt } = batch;
  const count = (type: string) =>
    ended ? calls.filter((call) => resultOf(call, batch).type === type).length : 0;
  return {
    id,
    type: 'message_batch',
    processing_status: ended ? 'ended' : 'in_progress',
    request_counts: {
      processing: ended ? 0 : calls.length,
      succeeded: count('succeeded'),
      errored: count('errored'),
      canceled: count('canceled'),
      expired: count('expired'),
    },
    created_at: new Date(createdAt).toISOString(),
    expires_at: new Date(createdAt + 86_400_000).toISOString(),
    results_url: ended ? `/v1/messages/batches/${id}/results` : null,
  };
}

function resultOf({ result }: FakeBatchCall, { cancelled }: FakeBatch) {
  if (result === undefined) return { type: cancelled ? 'canceled' : 'expired' };
  return result.status === 200
    ? { type: 'succeeded', message: result.body }
    : { type: 'errored', error: result.body };
}

/** @returns undefined: they are not in the form that the real one takes */
function callsOf(body: unknown): FakeBatchCall[] | undefined {
  if (!isRecord(body) || !Array.isArray(body.requests)) return undefined;
  const calls = body.requests.map(({ custom_id: id, params }) => ({
    id,
    path: '/v1/messages',
    body: params,
  }));
  const valid = calls.every(
    ({ id, body: params }) => /^[\w-]{1,64}$/.test(id) && params.stream === undefined,
  );
  return valid ? calls : undefined;
}

function failure(status: number, type: string) {
  return { status, body: { type: 'error', error: { type, message: 'It is refused.' } } };
}
