import { BulkheadError } from '../../../contract/errors.ts';
import type { Connection } from './connection.ts';

/** Nothing answers at the address. */
export function serverUnreachable({ url }: Connection, cause: unknown): BulkheadError {
  const isLocal = url.startsWith('http://127.0.0.1:');
  return new BulkheadError({
    code: 'server_unreachable',
    message: `No Bulkhead server answers at ${url}: ${isLocal ? 'start it with `bulkhead dev`, or say where it is with BULKHEAD_URL or BULKHEAD_PORT' : 'start it, or correct BULKHEAD_URL'}.`,
    retryable: true,
    cause,
  });
}

/** It took the request and then said nothing. */
export function serverSilent({ url }: Connection, seconds: number): BulkheadError {
  return new BulkheadError({
    code: 'server_timeout',
    message: `The server at ${url} did not answer within ${seconds} s. See ${url}/readyz for what is wrong with it, then try again.`,
    retryable: true,
  });
}

/** What a server answered that is no success, as the error that it stands for. */
export async function answeredFailure(connection: Connection, response: Response): Promise<BulkheadError> {
  const { status } = response;
  if (status === 401 && connection.key === undefined) {
    return new BulkheadError({
      code: 'missing_api_key',
      message: `There is no API key: ${connection.keyPlace}. Run this in the folder where \`bulkhead dev\` was started, or set BULKHEAD_HOME or BULKHEAD_API_KEY.`,
      details: { status },
    });
  }
  const body: unknown = await response.json().catch(() => undefined);
  if (!isProblem(body)) return noBulkheadServer(connection, `answered ${status}`);
  return new BulkheadError({
    code: body.code,
    message: body.detail,
    status,
    retryable: body.retryable === true,
    details: { status, instance: body.instance, errors: body.errors },
  });
}

/** Something else answers there. */
export function noBulkheadServer({ url }: Connection, what: string): BulkheadError {
  return new BulkheadError({
    code: 'unexpected_answer',
    message: `What stands at ${url} ${what}, as no Bulkhead server does. Correct BULKHEAD_URL or BULKHEAD_PORT.`,
  });
}

type ProblemBody = {
  code: string;
  detail: string;
  instance?: unknown;
  retryable?: unknown;
  errors?: unknown;
};

function isProblem(body: unknown): body is ProblemBody {
  if (typeof body !== 'object' || body === null || !('code' in body) || !('detail' in body)) return false;
  return typeof body.code === 'string' && typeof body.detail === 'string';
}
