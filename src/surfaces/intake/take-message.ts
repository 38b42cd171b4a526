import type { Clock } from '../../contract/clock.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { Principal } from '../../contract/principal.ts';
import { Pauses, reasonOf } from '../../foundation/queue/broker/index.ts';
import { mayPass } from '../../foundation/store/index.ts';
import type { Log } from '../composition/log.ts';
import { type AdmissionParts, admitRun } from './admit-run.ts';
import type { IntakeSource } from './config/source.ts';
import type { IntakeMessage, Verdict } from './message.ts';
import { readMessage } from './read-message.ts';

/** Times that a message may fail for no known reason before it is taken for the cause. */
const PATIENCE = 5;
const FAILURES_HELD = 10_000;

export type TakeParts = AdmissionParts & { clock: Clock; log: Log };

/**
 * Decides what becomes of the messages of one source: a run, a dead letter, or another try after a pause while
 * the database is away.
 *
 * @example
 * const take = createTake(source, parts, signal);
 * await take({ id: 'm-1', body: Buffer.from('{"agent":"support","input":"Hi"}'), replyTo: undefined });
 */
export function createTake(
  source: IntakeSource,
  parts: TakeParts,
  signal: AbortSignal,
): (message: IntakeMessage) => Promise<Verdict> {
  const { log, clock } = parts;
  const id = `intake:${source.name}`;
  const principal: Principal = { id, name: id, tenant: source.tenant, roles: [] };
  const pauses = new Pauses();
  const failures = new Map<string, number>();
  let away = false;

  const refuse = (error: BulkheadError): Verdict => {
    log('warn', 'A message cannot become a run and goes to the dead letters.', {
      source: source.name,
      code: error.code,
    });
    return { kind: 'refused', reason: error.message };
  };

  return async (message) => {
    try {
      const { id: messageId, submission } = readMessage(message, source);
      const { body, replyTo, correlationId } = message;
      const asked = { message: messageId, body, submission, replyTo, correlationId };
      await admitRun(parts, { source: source.name, principal, ...asked });
      failures.delete(messageId);
      pauses.succeeded();
      if (away) log('info', 'Messages become runs again.', { source: source.name });
      away = false;
      return { kind: 'taken' };
    } catch (error) {
      if (BulkheadError.isInstance(error) && !maySucceed(error)) return refuse(error);
      if (!maySucceed(error) && message.id !== undefined) {
        const times = (failures.get(message.id) ?? 0) + 1;
        if (failures.size >= FAILURES_HELD) failures.clear();
        failures.set(message.id, times);
        if (times >= PATIENCE) {
          failures.delete(message.id);
          return refuse(unexplained(error));
        }
      }
      if (!away) {
        log('warn', 'Messages cannot become runs at the moment; they are left where they are.', {
          source: source.name,
          reason: reasonOf(error),
        });
      }
      away = true;
      // Each message that is under way waits: nothing is asked for faster than it can be answered.
      await clock.sleep(pauses.next(), signal).catch(() => {});
      return { kind: 'left' };
    }
  };
}

/** Whether the same message may succeed later without a change. */
function maySucceed(error: unknown): boolean {
  return BulkheadError.isInstance(error) ? error.retryable || error.status >= 500 : mayPass(error);
}

function unexplained(cause: unknown): BulkheadError {
  return new BulkheadError({
    code: 'internal',
    message: `Something went wrong inside the server ${PATIENCE} times over this message. Tell the operator; send the message again under another id once it is mended.`,
    status: 500,
    cause,
  });
}
