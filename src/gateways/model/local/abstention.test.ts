import { describe, expect, it } from 'vitest';
import { abstainBelow, createLocalModel } from './index.ts';
import { ask, now } from './testing/ask.ts';
import { play } from './testing/play.ts';
import { supportTools } from './testing/support-tools.ts';

const model = createLocalModel({ now: () => now });

describe('abstention', () => {
  it.each(['Write a poem about the sea', '¿Qué tiempo hace en Madrid?', 'xyzzy', ''])(
    'is honest about: %s',
    async (text) => {
      const { calls, confidence, answer } = await play(model, supportTools(), [text]);
      expect(calls).toEqual([]);
      expect(confidence).toBeLessThan(abstainBelow);
      expect(answer).not.toBe('');
    },
  );

  it('hands over to a person who is asked for', async () => {
    const { confidence } = await play(model, supportTools(), [
      'I want to talk to a human about my line AC-1042',
    ]);
    expect(confidence).toBeLessThanOrEqual(0.1);
  });

  it('is no answer to small talk, with or without tools', async () => {
    for (const tools of [[], supportTools()]) {
      const { answer, confidence } = await play(model, tools, ['Hola, buenos días']);
      expect(answer).toBe('Hola. ¿En qué puedo ayudarle?');
      expect(confidence).toBeGreaterThan(abstainBelow);
    }
  });

  it('answers a question without tools with nothing of its own', async () => {
    const { providerMetadata } = await model.doGenerate({ prompt: ask('Who won the cup in 1998?') });
    expect(providerMetadata?.bulkhead?.confidence).toBeLessThan(abstainBelow);
  });
});
