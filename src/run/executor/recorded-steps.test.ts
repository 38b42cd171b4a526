import { describe, expect, it } from 'vitest';
import type { Entry, EntryBody, EntryMeta } from '../../contract/entry.ts';
import { recordedSteps, settledOf } from './recorded-steps.ts';

const entry = (meta: EntryMeta, body?: EntryBody): Entry => ({
  meta: { ...meta, at: 0 },
  ...(body === undefined ? {} : { body }),
});
const memo = (key: string, output: number) =>
  entry(
    { kind: 'step.completed', key, operation: 'memo', outcome: 'ok' },
    { requestHash: `hash of ${key}`, output },
  );
const requested = (key: string) =>
  entry(
    { kind: 'tool.requested', key, tool: 'pay', effect: 'write', risk: [], toolCallId: key, inputHash: 'h' },
    { requestHash: `hash of ${key}`, input: { usd: 5 } },
  );
const completed = (key: string, output: string, body: EntryBody = {}) =>
  entry({ kind: 'tool.completed', key, tool: 'pay', outcome: 'ok', durationMs: 1 }, { output, ...body });
const review = (key: string, reviewKind: 'answer' | 'approval' | 'escalation', body: EntryBody = {}) => [
  entry(
    { kind: 'review.requested', key, review: 'r', reviewKind, binding: 'b', expiresAt: 1 },
    reviewKind === 'approval' ? { review: {} } : { requestHash: `hash of ${key}`, review: {} },
  ),
  entry(
    {
      kind: 'review.decided',
      key,
      review: 'r',
      reviewKind,
      decision: 'approved',
      principal: 'ada',
      binding: 'b',
      inbox: 1,
    },
    body,
  ),
];

describe('recorded steps', () => {
  it('of an empty journal are none', () => {
    expect(recordedSteps([])).toEqual([]);
  });

  it('stand in the order in which they ended, not in the one in which they began', () => {
    const steps = recordedSteps([
      requested('a'),
      requested('b'),
      memo('c', 1),
      completed('b', 'B'),
      completed('a', 'A'),
    ]);
    expect(steps.map(({ key }) => key)).toEqual(['c', 'b', 'a']);
  });

  it('carry the hash of what was asked for and what the code was told', () => {
    expect(recordedSteps([requested('a'), completed('a', 'A'), memo('c', 1)])).toEqual([
      { key: 'a', requestHash: 'hash of a', settled: { ok: true, value: 'A' } },
      { key: 'c', requestHash: 'hash of c', settled: { ok: true, value: 1 } },
    ]);
  });

  it('that were begun and did not end come last, without an answer', () => {
    expect(recordedSteps([requested('a'), memo('c', 1)])).toEqual([
      { key: 'c', requestHash: 'hash of c', settled: { ok: true, value: 1 } },
      { key: 'a', requestHash: 'hash of a' },
    ]);
  });

  it('do not end with an approval: the tool has yet to run', () => {
    expect(recordedSteps([requested('a'), ...review('a', 'approval')])).toEqual([
      { key: 'a', requestHash: 'hash of a' },
    ]);
    expect(recordedSteps([requested('a'), ...review('a', 'approval'), completed('a', 'A')])).toMatchObject([
      { key: 'a', settled: { value: 'A' } },
    ]);
  });

  it('leave out what the executor did by itself: a compensation is no step of the code', () => {
    const undone = entry({
      kind: 'tool.requested',
      key: 'a/compensate',
      tool: 'pay',
      effect: 'write',
      risk: [],
      toolCallId: 'a',
      inputHash: 'h',
      compensates: 'a',
    });
    const steps = recordedSteps([
      requested('a'),
      completed('a', 'A'),
      undone,
      completed('a/compensate', 'undone'),
    ]);
    expect(steps.map(({ key }) => key)).toEqual(['a']);
  });

  it('end once: what is said of a step after that changes nothing', () => {
    const steps = recordedSteps([requested('a'), completed('a', 'first'), completed('a', 'second')]);
    expect(steps).toMatchObject([{ settled: { value: 'first' } }]);
  });

  it('keep the hash of the first request, whatever a later entry of the step carries', () => {
    const steps = recordedSteps([requested('a'), completed('a', 'A', { requestHash: 'another' })]);
    expect(steps).toMatchObject([{ requestHash: 'hash of a' }]);
  });
});

describe('what the code is told', () => {
  it('of a review is the decision, with its note and by whom', () => {
    const [, decided] = review('a', 'answer', { note: 'be quick' });
    expect(decided && settledOf(decided)).toEqual({
      ok: true,
      value: { decision: 'approved', note: 'be quick', by: 'ada' },
    });
  });

  it('of an escalation is the person’s answer', () => {
    const [, decided] = review('a', 'escalation', { output: 'It left today.' });
    expect(decided && settledOf(decided)).toEqual({ ok: true, value: 'It left today.' });
  });

  it('of a step without a value is null', () => {
    expect(settledOf(entry({ kind: 'timer.fired', key: 'a' }))).toEqual({ ok: true, value: null });
  });

  it('of a failure is its error', () => {
    const error = { code: 'sold_out', message: 'Nothing is left.' };
    const failed = entry(
      { kind: 'tool.completed', key: 'a', tool: 'pay', outcome: 'error', durationMs: 1, code: 'sold_out' },
      { error },
    );
    expect(settledOf(failed)).toEqual({ ok: false, error });
    expect(settledOf(entry({ kind: 'timer.fired', key: 'a' }, { error }))).toEqual({ ok: false, error });
  });

  it('of a failure whose reason is missing says that', () => {
    const failed = entry({ kind: 'tool.completed', key: 'a', tool: 'pay', outcome: 'denied', durationMs: 1 });
    expect(settledOf(failed)).toMatchObject({ ok: false, error: { code: 'error_not_recorded' } });
  });
});
