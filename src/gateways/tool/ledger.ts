import { uuidv7 } from 'uuidv7';
import { type Clock, systemClock } from '../../contract/clock.ts';
import { BulkheadError, serializeError } from '../../contract/errors.ts';
import type { ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import { LOST, NOT_STARTED } from '../../pillars/resilience/index.ts';
import { type Answer, type ConsultParts, consult, type ReviewDesk } from '../../pillars/review/index.ts';
import { idempotencyKey } from './idempotency-key.ts';

const THIRTY_DAYS = 30 * 86_400_000;

export type LedgerParts = {
  desk: Pick<ReviewDesk, 'open' | 'expire'>;
  clock?: Clock;
  newId?: () => string;
  /** Milliseconds that a person has to say what happened. Default 30 days. */
  expiresAfter?: number;
};

/**
 * Writes down that a tool starts before it does. What started and did not say how it ended has an unknown
 * outcome: a read or an idempotent tool runs again under the same key; about any other a person is asked.
 *
 * @throws BulkheadError `effect_unknown` when nobody knows, or the person says that the call failed
 */
export function ledger({
  desk,
  clock = systemClock,
  newId = uuidv7,
  expiresAfter = THIRTY_DAYS,
}: LedgerParts): Middleware<ToolCall, ToolResult> {
  const parts: ConsultParts = { desk, clock, newId };
  return {
    name: 'ledger',
    async handle(call, next) {
      const attempt = openAttempt(call);
      if (attempt === undefined) return start(call, next);
      if (!isRepeatable(call)) {
        const known = await clearUp(call, attempt, undefined);
        if (known !== undefined) return known;
      }
      endAttempt(call, attempt, LOST);
      return start(call, next);
    },
  };

  async function start(call: ToolCall, next: (call: ToolCall) => Promise<ToolResult>): Promise<ToolResult> {
    const { step, tool, input, attempt, run, signal, compensates } = call;
    step.record({
      meta: {
        kind: 'tool.started',
        key: step.key,
        tool: tool.name,
        attempt,
        idempotencyKey: idempotencyKey(run.id, step.key),
        inputHash: step.keyedHash(input),
        // What a call costs is said of the call; undoing it is none.
        ...(tool.cost === undefined || compensates !== undefined ? {} : { usd: tool.cost }),
      },
      body: { input },
    });
    await step.durable();
    if (signal.aborted) {
      endAttempt(call, attempt, NOT_STARTED);
      throw signal.reason;
    }
    try {
      return await next(call);
    } catch (error) {
      if (!BulkheadError.isInstance(error) || !error.outcomeUnknown || isRepeatable(call)) throw error;
      const known = await clearUp(call, attempt, error);
      if (known !== undefined) return known;
      endAttempt(call, attempt, LOST);
      return start({ ...call, attempt: attempt + 1 }, next);
    }
  }

  /** Asks what became of an attempt. Undefined: it may run again. */
  async function clearUp(
    call: ToolCall,
    attempt: number,
    error: BulkheadError | undefined,
  ): Promise<ToolResult | undefined> {
    const { tool, input, run, step } = call;
    const consultation = await consult(
      call,
      {
        kind: 'unknown-outcome',
        subject: { tool: tool.name, input, attempt },
        content: {
          description: tool.description,
          effect: tool.effect,
          attempt,
          idempotencyKey: idempotencyKey(run.id, step.key),
          ...(error === undefined
            ? {}
            : { error: { code: error.code, message: serializeError(error).message } }),
        },
        expiresAfter,
      },
      parts,
    );
    if (consultation.status === 'waiting') return consultation.wait();
    const { answer } = consultation;
    if (answer.decision === 'retry') return undefined;
    if (answer.decision === 'record') return { output: answer.output ?? null };
    throw effectUnknown(call, answer);
  }
}

/** The attempt that started and did not say how it ended. */
function openAttempt({ step }: ToolCall): number | undefined {
  let open: number | undefined;
  for (const { meta } of step.entries) {
    if (meta.kind === 'tool.started') open = meta.attempt;
    if (meta.kind === 'tool.attempted' && meta.attempt === open) open = undefined;
  }
  return open;
}

function endAttempt({ step, tool }: ToolCall, attempt: number, code: string): void {
  step.record({ meta: { kind: 'tool.attempted', key: step.key, tool: tool.name, attempt, code } });
}

function isRepeatable({ tool }: ToolCall): boolean {
  return tool.effect === 'read' || tool.idempotent;
}

function effectUnknown({ tool }: ToolCall, { decision, note }: Answer): BulkheadError {
  const said =
    decision === 'expired'
      ? 'nobody said in time whether it happened'
      : `a reviewer gave it up${note === undefined || note === '' ? '' : `: ${note.replace(/\.$/, '')}`}`;
  return new BulkheadError({
    code: 'effect_unknown',
    message: `The call of "${tool.name}" broke off, and ${said}. It may or may not have had its effect; look before you repeat it.`,
    status: 500,
    outcomeUnknown: true,
  });
}
