import type { Json } from '../../../contract/json.ts';
import type { Principal } from '../../../contract/principal.ts';
import { createRun, type NamedRun } from '../../../foundation/queue/index.ts';
import type { RouteParts } from '../parts.ts';
import type { ChatRequest } from './chat-call.ts';
import { resolveChat } from './resolve-chat.ts';

/** A chat's run. `isNear`: the worker of this process has it, from the start. */
export type MadeChat = { createdAt: number; agent: string; isNear: boolean };

/**
 * Makes a chat's run: durable, and under way at once where this process has a worker with room.
 *
 * @throws BulkheadError as {@link resolveChat} does
 */
export async function makeChat(
  parts: Omit<RouteParts, 'chat'>,
  { tenant, id: principal }: Pick<Principal, 'tenant' | 'id'>,
  id: string,
  { request, session, subject, lane = 'normal', ...asked }: Omit<ChatRequest, 'signal'>,
): Promise<MadeChat> {
  const { version, definition, model } = await resolveChat(parts, tenant, asked);
  const run: NamedRun = {
    id,
    tenant,
    agent: definition.name,
    kind: 'chat',
    version,
    principal,
    lane,
    budget: definition.budget,
    input: (model === undefined ? request : { ...request, model }) as unknown as Json,
    ...(session === undefined ? {} : { session }),
    ...(subject === undefined ? {} : { subject }),
    ...(definition.retention === undefined ? {} : { retention: definition.retention }),
  };
  const agent = definition.name;
  // What may wait for the night waits in line.
  if (lane !== 'batch' && (await parts.begin?.(run))) return { createdAt: Date.now(), agent, isNear: true };
  // Brings the tenant's key into the key ring, which must not look for it inside the transaction.
  await parts.tenantStream(tenant);
  const { createdAt } = await parts.together(tenant, (client) => createRun(client, parts.keys, run));
  parts.doorbell.ring();
  return { createdAt, agent, isNear: false };
}
