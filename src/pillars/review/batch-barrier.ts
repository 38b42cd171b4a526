import type { ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import { type Batches, batches } from './batches.ts';

type BatchCall = ToolCall & Required<Pick<ToolCall, 'batch'>>;

/** The calls of one batch that are in this process, by step key. */
type Meeting = {
  /** Came back out of the pipeline. */
  left: Set<string>;
  /** Wait for a person. */
  asking: Set<string>;
  /** Wait for the others. */
  waiting: Map<string, (outcome: 'resolved' | 'asleep') => void>;
};

// By the state of the view, which lives as long as one ownership of the run does.
const meetings = new WeakMap<Batches, Map<string, Meeting>>();

/** Outermost of all: sees the calls of a batch come and go, so that one that was refused holds up nobody. */
export function batch(): Middleware<ToolCall, ToolResult> {
  return {
    name: 'batch',
    async handle(call, next) {
      if (!isBatchCall(call)) return next(call);
      const { key } = call.step;
      const meeting = meetingOf(call);
      meeting.left.delete(key);
      meeting.asking.delete(key);
      try {
        return await next(call);
      } finally {
        meeting.left.add(key);
        tellWaiting(call, meeting);
      }
    },
  };
}

/**
 * Resolves when every call of the batch is resolved. While a person has still to decide on one of them, the
 * step waits without memory.
 */
export async function passBatch(call: ToolCall): Promise<void> {
  if (!isBatchCall(call)) return;
  const { signal, step } = call;
  const meeting = meetingOf(call);
  const outcome = await new Promise<'resolved' | 'asleep'>((resolve, reject) => {
    const stop = () => {
      meeting.waiting.delete(step.key);
      reject(signal.reason);
    };
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    meeting.waiting.set(step.key, (told) => {
      signal.removeEventListener('abort', stop);
      resolve(told);
    });
    tellWaiting(call, meeting);
  });
  if (outcome === 'asleep') await step.suspend({ for: 'batch' });
}

/** The call is about to wait for a person: once nothing else can move, those who wait for it do so too. */
export function holdUpBatch(call: ToolCall): void {
  if (!isBatchCall(call)) return;
  const meeting = meetingOf(call);
  meeting.asking.add(call.step.key);
  tellWaiting(call, meeting);
}

export function isBatchCall(call: ToolCall): call is BatchCall {
  return call.batch !== undefined && call.batch.size > 1;
}

function meetingOf({ step, batch }: BatchCall): Meeting {
  const state = step.views.of(batches);
  const ofRun = meetings.get(state) ?? new Map<string, Meeting>();
  meetings.set(state, ofRun);
  const meeting = ofRun.get(batch.id) ?? { left: new Set(), asking: new Set(), waiting: new Map() };
  ofRun.set(batch.id, meeting);
  return meeting;
}

function tellWaiting({ step, batch }: BatchCall, meeting: Meeting): void {
  const settled = new Set(meeting.left);
  for (const key of step.views.of(batches).resolved.get(batch.id) ?? []) settled.add(key);
  const asking = [...meeting.asking].filter((key) => !settled.has(key));
  if (settled.size + asking.length < batch.size) return;
  const outcome = asking.length === 0 ? 'resolved' : 'asleep';
  for (const [key, tell] of meeting.waiting) {
    meeting.waiting.delete(key);
    tell(outcome);
  }
}
