import { describe, expect, it } from 'vitest';
import { pageSize } from '../schemas/fields.ts';
import { RunSubmissionSchema } from '../schemas/run-submission.ts';
import { ScheduleChangeSchema } from '../schemas/schedule.ts';
import { refuseInvalid } from './validation-hook.ts';

type Schema = { safeParse(value: unknown): object };

function sentenceOf(body: unknown, schema: Schema = RunSubmissionSchema): string {
  const result = schema.safeParse(body);
  try {
    refuseInvalid({ target: 'json', ...result } as Parameters<typeof refuseInvalid>[0]);
    return 'fits';
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
}

describe('a request that does not fit its schema is refused in plain words', () => {
  it.each<[unknown, string]>([
    [{ agent: 'a', input: 1 }, 'fits'],
    [{ agent: 'a' }, 'input: is missing'],
    [{ input: 'hi' }, 'agent: is missing'],
    [{ agent: 7, input: 1 }, 'agent: must be a text.'],
    [{ agent: 'a', input: 1, lane: 'fast' }, 'lane: must be one of urgent, normal, batch.'],
    [{ agent: '', input: 1 }, 'agent: is empty.'],
    [{ agent: 'a'.repeat(201), input: 1 }, 'agent: must have at most 200 characters.'],
    [{ agent: 'a', input: 1, budget: { usd: 0 } }, 'budget.usd: must be more than 0.'],
    [{ agent: 'a', input: 1, budget: { tokens: 1.5 } }, 'budget.tokens: must be a whole number.'],
    [
      { agent: 'a', input: 1, budget: { time: 'soon' } },
      'budget.time: must be milliseconds, or a number with a unit',
    ],
    [
      { agent: 'a', input: 1, budget: { time: '-5s' } },
      'budget.time: must be milliseconds, or a number with a unit',
    ],
    [
      { agent: 'a', input: 1, budget: { time: '1e3s' } },
      'budget.time: must be milliseconds, or a number with a unit',
    ],
    [{ agent: 'a', input: 1, budget: { time: '1.5m' } }, 'fits'],
    [{ agent: 'a', input: 1, budget: { euros: 1 } }, 'budget.euros: there is no such field'],
    [{ agent: 'a\n', input: 1 }, 'agent: has control characters'],
    [{ agent: 'a', input: 1, session: '\ud83d' }, 'session: has half of a character'],
    [[], 'body: must be an object.'],
  ])('%j → %s', (body, sentence) => {
    expect(sentenceOf(body)).toContain(sentence);
  });

  it.each<[string, unknown, string]>([
    ['an empty expression', { cron: '' }, 'cron: is empty.'],
    ['an empty time zone', { timezone: '' }, 'timezone: is empty.'],
    ['an empty text where there may be none', { subject: '' }, 'subject: is empty.'],
    ['another kind where there are two', { paused: 'yes' }, 'paused: must be true or false.'],
  ])('%s of a schedule', (_, change, sentence) => {
    expect(sentenceOf(change, ScheduleChangeSchema)).toContain(sentence);
  });

  it.each([
    ['x', 'must be a number.'],
    ['1.5', 'must be a whole number.'],
    ['0', 'must be at least 1.'],
    ['101', 'must be at most 100.'],
  ])('%s as the size of a page', (size, sentence) => {
    expect(sentenceOf(size, pageSize(100, 20))).toContain(sentence);
  });

  it('and names the first fields when there are many', () => {
    const names = Array.from({ length: 8 }, (_, index) => `field${index}`);
    const body = { agent: 'a', input: 1, ...Object.fromEntries(names.map((name) => [name, 1])) };
    expect(sentenceOf(body)).toMatch(/field4: there is no such field; and 3 more\./);
  });
});
