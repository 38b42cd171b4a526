import { completesStep, type Entry } from '../../contract/entry.ts';
import type { SerializedError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import type { RecordedStep, Settled } from '../protocol.ts';
import { keyOf } from './run-state.ts';

/**
 * The steps that the code asked for before, completed ones in the order in which they completed: what
 * replay hands back. Steps that the executor made by itself (compensations) are not among them.
 */
export function recordedSteps(entries: readonly Entry[]): RecordedStep[] {
  const hashes = new Map<string, string>();
  const completed: RecordedStep[] = [];
  const open = new Set<string>();
  for (const entry of entries) {
    const key = keyOf(entry.meta);
    if (key === undefined) continue;
    const requestHash = entry.body?.requestHash;
    if (requestHash !== undefined && !hashes.has(key)) {
      hashes.set(key, requestHash);
      open.add(key);
    }
    const known = hashes.get(key);
    if (known === undefined || !completesStep(entry.meta)) continue;
    if (!open.delete(key)) continue;
    completed.push({ key, requestHash: known, settled: settledOf(entry) });
  }
  return [...completed, ...[...open].map((key) => ({ key, requestHash: hashes.get(key) ?? '' }))];
}

/** What a completing entry means to the code. */
export function settledOf({ meta, body }: Entry): Settled {
  if ('outcome' in meta && meta.outcome !== 'ok')
    return { ok: false, error: body?.error ?? lostError(meta.kind) };
  if (body?.error !== undefined) return { ok: false, error: body.error };
  if (meta.kind === 'review.decided') return { ok: true, value: reviewAnswer(meta, body) };
  return { ok: true, value: body?.shown ?? body?.output ?? null };
}

function reviewAnswer(
  meta: { reviewKind: string; decision: string; principal?: string },
  body: Entry['body'],
): Json {
  if (meta.reviewKind === 'escalation') return body?.output ?? null;
  return {
    decision: meta.decision,
    ...(body?.note === undefined ? {} : { note: body.note }),
    ...(meta.principal === undefined ? {} : { by: meta.principal }),
  };
}

const lostError = (kind: string): SerializedError => ({
  code: 'error_not_recorded',
  message: `The journal holds a failed ${kind} without its reason.`,
});
