import { uuidv7 } from 'uuidv7';
import { BulkheadError } from '../../../contract/errors.ts';
import type { Json } from '../../../contract/json.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import type { Principal } from '../../../contract/principal.ts';
import { isTerminal } from '../../../contract/run.ts';
import type { RunEnd } from '../../../foundation/journal/index.ts';
import type { RouteParts } from '../parts.ts';
import { readRun } from '../runs/read-run.ts';
import type { ChatRequest } from './chat-call.ts';
import { reserveRun, runUnder } from './chat-key.ts';
import { type ChatTarget, resolveChat } from './resolve-chat.ts';

/** Where a chat's answer comes from. */
export type Place =
  /** A run that is yet to be made. `isShared`: another request with the same key may make it meanwhile. */
  | { type: 'free'; id: string; target: ChatTarget; isShared: boolean }
  /** The run of an earlier request with the same key. */
  | { type: 'taken'; id: string; agent: string; end?: RunEnd };

type Parts = Omit<RouteParts, 'chat'>;

/**
 * A run of its own for each request, and one for all requests with the same key. A key holds on to an answer, not to
 * a failure: when its run gave none, the next request makes another.
 *
 * @throws BulkheadError `idempotency_key_reused`, `key_destroyed`, and as {@link resolveChat} does
 */
export async function findPlace(
  parts: Parts,
  { tenant }: Pick<Principal, 'tenant'>,
  { key, ...asked }: Pick<ChatRequest, 'key' | 'agent' | 'model'>,
): Promise<Place> {
  const own = uuidv7();
  const target = () => resolveChat(parts, tenant, asked);
  if (key === undefined) return { type: 'free', id: own, target: await target(), isShared: false };
  let id = await runUnder(parts, tenant, key);
  for (;;) {
    const standing = id === undefined ? 'void' : await standingOf(parts, tenant, id);
    if (typeof standing === 'object') return standing;
    // First: a request that is refused leaves no key behind, so that it may be mended.
    const found = await target();
    if (standing === 'unmade' && id !== undefined) return { type: 'free', id, target: found, isShared: true };
    id = await reserveRun(parts, tenant, key, { id: own, instead: id });
    if (id === own) return { type: 'free', id, target: found, isShared: false };
  }
}

/** Void: it ended without an answer. */
async function standingOf(
  { store, keys }: Parts,
  tenant: string,
  id: string,
): Promise<Extract<Place, { type: 'taken' }> | 'unmade' | 'void'> {
  const run = await readRun(store, keys, tenant, id).catch((error: unknown) => {
    if (BulkheadError.isInstance(error) && error.code === 'unknown_run') return undefined;
    throw error;
  });
  if (run === undefined) return 'unmade';
  const { status, agent } = run;
  if (!isTerminal(status)) return { type: 'taken', id, agent };
  if (status !== 'succeeded') return 'void';
  if (run.output === null) throw erased(id);
  if ((run.output as ModelResponse).finishReason === 'error') return 'void';
  return { type: 'taken', id, agent, end: { status, output: run.output as Json } };
}

function erased(id: string): BulkheadError {
  return new BulkheadError({
    code: 'key_destroyed',
    message: `The answer of run ${id} cannot be read any more: its key was destroyed. Send the request with a new Idempotency-Key.`,
    status: 410,
  });
}
