import type { Json } from '../../../contract/json.ts';
import type { Principal } from '../../../contract/principal.ts';
import { createRun, type NamedRun } from '../../../foundation/queue/index.ts';
import type { ChatInput } from '../../../run/chat/chat-input.ts';
import type { RouteParts } from '../parts.ts';
import type { ChatRequest } from './chat-call.ts';
import type { Place } from './find-place.ts';

/** A chat's run. `isNear`: the worker of this process has it, from the start. */
export type MadeChat = {
  isNear: boolean;
  /** Another request with the same key has made it. */
  isOthers: boolean;
};

/** Makes a chat's run: durable, and under way at once where this process has a worker with room. */
export async function makeChat(
  parts: Omit<RouteParts, 'chat'>,
  { tenant, id: principal }: Pick<Principal, 'tenant' | 'id'>,
  { id, target: { version, definition, model }, isShared }: Extract<Place, { type: 'free' }>,
  { request, session, subject, lane = 'normal', asked }: Omit<ChatRequest, 'signal'>,
): Promise<MadeChat> {
  const input: ChatInput = {
    ...request,
    ...(model === undefined ? {} : { model }),
    ...(asked === undefined ? {} : { asked }),
  };
  const run: NamedRun = {
    id,
    tenant,
    agent: definition.name,
    kind: 'chat',
    version,
    principal,
    lane,
    budget: definition.budget,
    input: input as unknown as Json,
    ...(session === undefined ? {} : { session }),
    ...(subject === undefined ? {} : { subject }),
    ...(definition.retention === undefined ? {} : { retention: definition.retention }),
  };
  // What may wait for the night waits in line, and so does what may be there already: its maker may be at work on it.
  const mayBegin = lane !== 'batch' && !isShared;
  if (mayBegin && (await parts.begin?.(run))) return { isNear: true, isOthers: false };
  // Brings the tenant's key into the key ring, which must not look for it inside the transaction.
  await parts.tenantStream(tenant);
  const { created } = await parts.together(tenant, (client) => createRun(client, parts.keys, run));
  parts.doorbell.ring();
  return { isNear: false, isOthers: isShared && !created };
}
