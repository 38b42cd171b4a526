import { uuidv7 } from 'uuidv7';
import { BulkheadError, type SerializedError } from '../../../contract/errors.ts';
import type { Json } from '../../../contract/json.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import type { RunEnd } from '../../../foundation/journal/index.ts';
import { createRun, requestCancel } from '../../../foundation/queue/index.ts';
import type { RouteParts } from '../parts.ts';
import type { ChatCall, ChatEvent } from './chat-call.ts';
import { ChatVoice } from './chat-voice.ts';
import { hearFromAfar } from './hear-from-afar.ts';
import { resolveChat } from './resolve-chat.ts';

type Parts = Omit<RouteParts, 'chat'>;

/**
 * Chats: runs of one model call, through the model gateway and its journal like any other. What the worker of this
 * process says of them is heard at once; of a run that another worker has, the database is asked.
 *
 * @example
 * for await (const event of chat(principal, { model: 'openai/gpt-5-mini', request: { prompt }, signal })) …
 */
export function createChatCall(parts: Parts): ChatCall {
  return async function* chat(principal, { request, session, subject, lane = 'normal', signal, ...asked }) {
    const { tenant } = principal;
    // Brings the tenant's key into the key ring, which must not look for it inside the transaction.
    await parts.tenantStream(tenant);
    const id = uuidv7();
    // From before the run is there, so that nothing of it is missed.
    const voice = new ChatVoice();
    const deaf = parts.news.hear(id, voice);
    /** Until the end is told, whoever stops reading has left. */
    let hasLeft = false;
    try {
      const made = await parts.together(tenant, async (client) => {
        const { version, definition, model } = await resolveChat(client, parts, asked);
        const input = (model === undefined ? request : { ...request, model }) as unknown as Json;
        const { createdAt } = await createRun(client, parts.keys, {
          id,
          tenant,
          agent: definition.name,
          kind: 'chat',
          version,
          principal: principal.id,
          lane,
          budget: definition.budget,
          input,
          ...(session === undefined ? {} : { session }),
          ...(subject === undefined ? {} : { subject }),
          ...(definition.retention === undefined ? {} : { retention: definition.retention }),
        });
        return { createdAt, agent: definition.name };
      });
      parts.doorbell.ring();
      hasLeft = true;
      yield { type: 'started', run: id, ...made };
      yield* followed(parts, { tenant, id }, voice, signal);
      hasLeft = signal.aborted;
    } catch (error) {
      // It is not the client who left: the run goes on.
      hasLeft = false;
      throw error;
    } finally {
      deaf();
      // Who leaves early pays for no more of it.
      if (hasLeft) await cancel(parts, { tenant, run: id, principal: principal.id });
    }
  };
}

async function* followed(
  parts: Parts,
  run: { tenant: string; id: string },
  voice: ChatVoice,
  signal: AbortSignal,
): AsyncGenerator<ChatEvent, void, undefined> {
  const watch = await parts.watcher.watch(run.tenant, run.id);
  const over = new AbortController();
  const gone = AbortSignal.any([signal, over.signal]);
  const listening = hearFromAfar(parts, { run, watch, voice, signal: gone });
  try {
    for (;;) {
      yield* voice.take();
      if (voice.end !== undefined) return yield ended(run.id, voice.end);
      if (signal.aborted) return;
      if (watch.ended) throw shuttingDown(run.id);
      await voice.changed();
    }
  } finally {
    over.abort();
    watch.close();
    await listening;
  }
}

function ended(run: string, { status, output, error }: RunEnd): ChatEvent {
  if (status === 'succeeded') return { type: 'done', run, response: output as unknown as ModelResponse };
  const cancelled: SerializedError = { code: 'run_cancelled', message: `The run ${run} was cancelled.` };
  return { type: 'failed', run, error: error ?? cancelled };
}

async function cancel(
  { alone, doorbell }: Parts,
  request: { tenant: string; run: string; principal: string },
): Promise<void> {
  await alone(request.tenant, (client) => requestCancel(client, request)).then(
    () => doorbell.ring(request.run),
    // It was never made, or it has ended by itself.
    () => {},
  );
}

function shuttingDown(run: string): BulkheadError {
  return new BulkheadError({
    code: 'shutting_down',
    message: `This server is shutting down. The run goes on; GET /v1/runs/${run} shows its answer.`,
    status: 503,
    retryable: true,
  });
}
