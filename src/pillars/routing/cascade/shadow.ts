import type { ResolvedBudget } from '../../../contract/budget.ts';
import type { Candidate } from '../../../contract/candidates.ts';
import type { Entry, EntryMeta, NewEntry } from '../../../contract/entry.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import { followSignal } from '../../../contract/follow-signal.ts';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { Next } from '../../../contract/middleware.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import type { Step } from '../../../contract/step.ts';
import type { JournalView } from '../../../contract/view.ts';
import { lastAttempt } from './refused-answer.ts';

/** Milliseconds that a step is held up for it at most; its answer has been shown by then. */
const LONGEST = 20_000;
/** The code of an attempt whose answer is only compared. */
const COMPARED = 'shadow';

/**
 * Asks another model the same, unseen. It is charged as any attempt is, under a key of its own, because the step's
 * reservation stands beside it. It has to fit into half of the run's budget together with all that the run has spent,
 * so that the run is not ended by it; what does not fit is left out, and so is what fails or takes too long.
 *
 * @returns undefined when there is no answer
 */
export async function askShadow(
  call: ModelCall,
  next: Next<ModelCall, ModelResponse>,
  candidate: Candidate,
): Promise<ModelResponse | undefined> {
  const ending = followSignal(call.signal);
  const timeout = setTimeout(() => ending.abort(tooLate()), LONGEST);
  const step = shadowOf(call.step);
  try {
    const { model } = candidate;
    const asked = {
      ...call,
      step,
      model,
      candidates: [candidate],
      heldBack: true as const,
      atOnce: true as const,
      onDelta: () => {},
    };
    const response = await next({ ...asked, budget: halfOf(call.budget), signal: ending.signal });
    const { usage, usd = 0 } = response;
    const { inputTokens } = usage;
    const tokens = inputTokens + usage.outputTokens;
    const charge = { tokens, inputTokens, usd };
    const attempt = lastAttempt(step);
    step.record({
      meta: { kind: 'model.attempted', key: step.key, attempt, model, code: COMPARED, ...charge },
    });
    return response;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timeout);
    ending.unfollow();
  }
}

function halfOf(budget: ResolvedBudget): ResolvedBudget {
  const { tokens, usd, inputTokens, outputTokens } = budget;
  return {
    ...budget,
    tokens: Math.floor(tokens / 2),
    usd: usd === null ? null : usd / 2,
    ...(inputTokens === undefined ? {} : { inputTokens: Math.floor(inputTokens / 2) }),
    ...(outputTokens === undefined ? {} : { outputTokens: Math.floor(outputTokens / 2) }),
  };
}

/** A run is not to pass its deadline over a comparison: half of the time that is left stays with it. */
export function hasTimeForShadow({ deadline }: Pick<ModelCall, 'deadline'>, now: number): boolean {
  return deadline === undefined || deadline - now >= 2 * LONGEST;
}

type Started = Extract<EntryMeta, { kind: 'model.started' }>;

/** Comparisons that were begun and not settled, by key. */
const openShadows: JournalView<Map<string, Started>> = {
  name: 'open-shadows',
  initial: () => new Map(),
  apply(open, { meta }) {
    if (meta.kind === 'model.started' && meta.shadow) open.set(meta.key, meta);
    if (meta.kind === 'model.attempted' && meta.shadow) open.delete(meta.key);
  },
};

/** One that a crash left open may have cost all that was set aside for it. */
export function chargeLostShadow({ step }: Pick<ModelCall, 'step'>): void {
  const open = step.views.of(openShadows).get(keyOf(step));
  if (open === undefined) return;
  const { key, attempt, model, reservedTokens: tokens, reservedInputTokens, reservedUsd: usd } = open;
  step.record({
    meta: {
      kind: 'model.attempted',
      key,
      attempt,
      model,
      code: 'lost',
      tokens,
      ...(reservedInputTokens === undefined ? {} : { inputTokens: reservedInputTokens }),
      usd,
      shadow: true,
    },
  });
}

/** The code of a run asks for no such key: replay passes over it. */
function keyOf({ key }: Pick<Step, 'key'>): string {
  return `${key}~shadow`;
}

/** A hold on the journal that marks what it records, and never waits for anything. */
function shadowOf(step: Step): Step {
  const entries: Entry[] = [];
  return {
    ...step,
    key: keyOf(step),
    entries,
    views: step.views,
    record(entry) {
      const marked = mark(entry);
      entries.push({ ...marked, meta: { ...marked.meta, at: step.now() } });
      step.record(marked);
    },
    suspend: () => Promise.reject(tooLate()),
  };
}

function mark(entry: NewEntry): NewEntry {
  const { meta } = entry;
  if (meta.kind !== 'model.started' && meta.kind !== 'model.attempted') return entry;
  return { ...entry, meta: { ...meta, shadow: true } };
}

function tooLate(): BulkheadError {
  return new BulkheadError({ code: 'shadow_left_out', message: 'A comparison is not waited for.' });
}
