import { describe, expect, it } from 'vitest';
import type { ModelRequest } from '../../../contract/model.ts';
import { DIMENSIONS, featuresOf, NUMBERS } from './features.ts';

const KEY = Buffer.alloc(32, 1);

function asking(text: string, request: Partial<ModelRequest> = {}): ModelRequest {
  return { prompt: [{ role: 'user', content: [{ type: 'text', text }] }], ...request };
}

describe('the features of a request', () => {
  it('are equal for equal requests of one key, and say nothing to whom has another', () => {
    const one = featuresOf(asking('Where is my order?'), KEY);
    expect(featuresOf(asking('Where is my order?'), KEY)).toEqual(one);
    const other = featuresOf(asking('Where is my order?'), Buffer.alloc(32, 2));
    expect(other.numbers).toEqual(one.numbers);
    expect(other.words.filter((place) => one.words.includes(place)).length).toBeLessThan(2);
  });

  it('are of one and two words, whatever their case, and of numbers by their size', () => {
    const { words } = featuresOf(asking('Refund 20 dollars'), KEY);
    expect(words).toHaveLength(5);
    expect(words.every((place) => place >= 0 && place < DIMENSIONS)).toBe(true);
    expect(featuresOf(asking('refund 35 DOLLARS'), KEY).words).toEqual(words);
    expect(featuresOf(asking('refund 3500 dollars'), KEY).words).not.toEqual(words);
  });

  it('look at the last message of the user alone, and count the rest', () => {
    const prompt: ModelRequest['prompt'] = [
      { role: 'system', content: 'You help.' },
      { role: 'user', content: [{ type: 'text', text: 'Something quite different' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'Yes?' }] },
      { role: 'user', content: [{ type: 'text', text: 'Hello' }] },
    ];
    const talk = featuresOf({ prompt }, KEY);
    const alone = featuresOf(asking('Hello'), KEY);
    expect(talk.words).toEqual(alone.words);
    expect(talk.numbers).not.toEqual(alone.numbers);
    expect(talk.numbers).toHaveLength(NUMBERS.length);
  });

  it('tell code and schemas', () => {
    const code = NUMBERS.indexOf('the message holds code');
    const schema = NUMBERS.indexOf('an answer of a schema is asked for');
    expect(featuresOf(asking('Why does `def f(x):` fail?'), KEY).numbers[code]).toBe(1);
    expect(featuresOf(asking('Why does my train not come?'), KEY).numbers[code]).toBe(0);
    const shaped = asking('Hello', { responseFormat: { type: 'json', schema: {} } });
    expect(featuresOf(shaped, KEY).numbers[schema]).toBe(1);
  });

  it('of a message of any length are bounded', () => {
    const text = Array.from({ length: 20_000 }, (_, index) => `word${index}`).join(' ');
    expect(featuresOf(asking(text), KEY).words.length).toBeLessThan(600);
  });

  it('are found in a moment, also where a message nearly reads like code at every word', () => {
    const begun = performance.now();
    featuresOf(asking('select '.repeat(20_000)), KEY);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});
