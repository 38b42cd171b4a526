import type { HttpRequest } from '../http/serve.ts';
import { isRecord } from './chat-body.ts';
import type { FakeBatch, FakeBatchCall } from './fake-batches.ts';
import type { BatchWire } from './wire.ts';

/** OpenAI's Files and Batches: `POST /v1/files`, `/v1/batches`, `GET /v1/files/{id}/content`. */
export const openAiBatchWire: BatchWire = async (batches, request) => {
  const [path = '', query = ''] = request.path.split('?');
  if (request.method === 'POST' && path === '/v1/files') {
    if (!/name="purpose"\r\n\r\nbatch\r\n/.test(request.text)) return failure(400, 'The purpose is missing.');
    if (!request.text.includes('name="expires_after[seconds]"'))
      return failure(400, 'This fake keeps no file for ever.');
    const id = `file-${batches.files.size + 1}`;
    batches.files.set(id, fileOf(request));
    return { status: 200, body: { id, object: 'file', purpose: 'batch' } };
  }
  if (request.method === 'POST' && path === '/v1/batches') {
    const fault = batches.takeFault();
    if (fault === 'refused') return failure(403, 'Batches are not for this project.');
    if (fault === 'failed') return failure(503, 'The engine is overloaded.');
    const body = isRecord(request.body) ? request.body : {};
    const file = batches.files.get(String(body.input_file_id));
    if (!isRecord(body.output_expires_after)) return failure(400, 'This fake keeps no file for ever.');
    if (file === undefined || body.endpoint !== '/v1/chat/completions' || body.completion_window !== '24h')
      return failure(400, 'The batch is invalid.');
    const made = batches.make({ calls: callsOf(file), headers: request.headers, metadata: body.metadata });
    if (fault === 'lost') return 'lost';
    return { status: 200, body: shown(made) };
  }
  if (request.method === 'GET' && path === '/v1/batches') {
    const after = new URLSearchParams(query).get('after');
    const latest = await batches.list();
    const from = after === null ? 0 : latest.findIndex(({ id }) => id === after) + 1;
    return { status: 200, body: { object: 'list', data: latest.slice(from).map(shown), has_more: false } };
  }
  const [, called] = /^\/v1\/batches\/([^/]+)\/cancel$/.exec(path) ?? [];
  if (request.method === 'POST' && called !== undefined) {
    const batch = batches.cancel(called);
    return batch === undefined
      ? failure(404, 'There is no such batch.')
      : { status: 200, body: shown(batch) };
  }
  const [, id] = /^\/v1\/batches\/([^/]+)$/.exec(path) ?? [];
  if (request.method === 'GET' && id !== undefined) {
    const batch = await batches.find(id);
    return batch === undefined
      ? failure(404, 'There is no such batch.')
      : { status: 200, body: shown(batch) };
  }
  const [, kind, of] = /^\/v1\/files\/(output|error)-([^/]+)\/content$/.exec(path) ?? [];
  if (request.method !== 'GET' || of === undefined) return undefined;
  const { calls = [] } = batches.all.find((batch) => batch.id === of) ?? {};
  return { lines: calls.filter((call) => isAnswered(call) === (kind === 'output')).map(line) };
};

function shown(batch: FakeBatch) {
  const { id, calls, metadata, ended, cancelled, createdAt } = batch;
  const expired = ended && calls.some(({ result }) => result === undefined);
  return {
    id,
    object: 'batch',
    endpoint: '/v1/chat/completions',
    status: cancelled ? 'cancelled' : ended ? (expired ? 'expired' : 'completed') : 'in_progress',
    created_at: Math.floor(createdAt / 1_000),
    output_file_id: ended && calls.some(isAnswered) ? `output-${id}` : null,
    error_file_id: ended && !calls.every(isAnswered) ? `error-${id}` : null,
    request_counts: { total: calls.length, completed: calls.filter(isAnswered).length, failed: 0 },
    metadata,
  };
}

function line(call: FakeBatchCall) {
  const { id, result } = call;
  if (result === undefined) {
    const error = { code: 'batch_expired', message: 'This request could not be executed in time.' };
    return { id: `batch_req_${id}`, custom_id: id, response: null, error };
  }
  const response = { status_code: result.status, request_id: 'req_fake', body: result.body };
  return { id: `batch_req_${id}`, custom_id: id, response, error: null };
}

const isAnswered = ({ result }: FakeBatchCall) => result?.status === 200;

function failure(status: number, message: string) {
  return { status, body: { error: { message, type: 'invalid_request_error', param: null, code: null } } };
}

/** The file of a form, which has lines of JSON. */
function fileOf({ headers, text }: HttpRequest): string {
  const boundary = /boundary=(\S+)/.exec(headers['content-type'] ?? '')?.[1] ?? '';
  const part = text.split(`--${boundary}`).find((one) => one.includes('name="file"')) ?? '';
  return part.slice(part.indexOf('\r\n\r\n') + 4).trimEnd();
}

function callsOf(file: string): FakeBatchCall[] {
  return file.split('\n').map((text) => {
    const { custom_id: id, url: path, body } = JSON.parse(text);
    return { id, path, body };
  });
}
