import { randomUUID } from 'node:crypto';
import { invalidRequest } from './invalid-request.ts';
import { toProblem } from './problem.ts';

/** What a request gets whose target or Host header makes no address: no route is ever asked. */
export function refuseUnreadable(): Response {
  const error = invalidRequest([{ field: 'url', message: 'is not the address of anything' }]);
  return new Response(JSON.stringify(toProblem(error, randomUUID())), {
    status: error.status,
    headers: { 'Content-Type': 'application/problem+json' },
  });
}
