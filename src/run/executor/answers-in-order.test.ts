import { beforeEach, describe, expect, it } from 'vitest';
import type { Settled } from '../protocol.ts';
import { AnswersInOrder } from './answers-in-order.ts';

const ok = (value: string): Settled => ({ ok: true, value });

let ended: string[];
let told: string[];
let answers: AnswersInOrder;
beforeEach(() => {
  ended = [];
  told = [];
  answers = new AnswersInOrder({ ended }, (key) => told.push(key));
});

describe('answers', () => {
  it('are told as they come, when that is the order of the journal', () => {
    for (const key of ['a', 'b']) {
      ended.push(key);
      answers.add(key, ok(key));
    }
    expect(told).toEqual(['a', 'b']);
  });

  it('wait for those that the journal tells of before them', () => {
    // Somebody decided about `a`, which has yet to look, when `b` came back.
    ended.push('a', 'b');
    answers.add('b', ok('b'));
    expect(told).toEqual([]);
    answers.add('a', ok('a'));
    expect(told).toEqual(['a', 'b']);
  });

  it('that the code knows already are not told, and hold up nobody', () => {
    ended.push('made', 'asked');
    answers.add('asked', ok('asked'));
    answers.add('made', undefined);
    expect(told).toEqual(['asked']);
  });

  it('of which the journal says nothing are told at once', () => {
    ended.push('a');
    answers.add('unwritten', { ok: false, error: { code: 'step_failed', message: 'No.' } });
    expect(told).toEqual(['unwritten']);
  });
});
