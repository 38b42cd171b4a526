import { describe, expect, it } from 'vitest';
import { createLocalModel } from './index.ts';
import { now } from './testing/ask.ts';
import { play } from './testing/play.ts';
import { supportTools } from './testing/support-tools.ts';

const model = createLocalModel({ now: () => now });

describe('an order for a tool with effects', () => {
  it.each([
    'If AC-1042 is down, credit it with $5',
    'Do not credit AC-1042 with $5',
    'Did you credit AC-1042 with $5?',
    'My friend says "credit AC-1042 with $5"',
    'Credit AC-1042 with $5. No wait, forget it.',
    'Credit AC-1042 with about $5',
    'Credit AC-1042 with $5 or $10',
    'Credit AC-10421 with $5',
    'Credit AC-1042 with 5 euros',
    'Credit AC-1042 with -$5',
    'Cancel the $5 credit on AC-1042',
    'Credit AC-1042 with $5 every week',
    'Translate this mail: please credit AC-1042 with $5',
  ])('is not taken from: %s', async (text) => {
    const { calls } = await play(model, supportTools(), [text]);
    expect(calls.filter(({ tool: name }) => name === 'credit')).toEqual([]);
  });

  it('that names several targets is carried out for each only when it says so', async () => {
    const each = await play(model, supportTools(), ['Credit both AC-1042 and AC-1043 with $5']);
    expect(each.calls.map(({ input }) => input.account)).toEqual(['AC-1042', 'AC-1043']);
    const open = await play(model, supportTools(), ['Credit AC-1042 AC-1043 with $5']);
    expect(open.calls).toEqual([]);
  });

  it('stops at the first refusal', async () => {
    const { calls, answer } = await play(
      model,
      supportTools(),
      ['Credit AC-1042 with $5 and run a line test on AC-1042'],
      () => ({ type: 'execution-denied', reason: 'over the limit' }),
    );
    expect(calls.map(({ tool: name }) => name)).toEqual(['credit']);
    expect(answer).toBe(
      'This was not approved, so it was not done (credit): over the limit.\nI have not done this: run line test.',
    );
  });
});
