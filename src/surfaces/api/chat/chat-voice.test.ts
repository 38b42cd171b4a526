import { describe, expect, it } from 'vitest';
import { ChatVoice } from './chat-voice.ts';

describe('what a chat says', () => {
  it('is told in the order in which it is heard, once', () => {
    const voice = new ChatVoice();
    voice.onDelta({ attempt: 1, text: 'It ' });
    voice.onDelta({ attempt: 1, text: 'left.' });
    expect(voice.take()).toEqual([
      { type: 'delta', text: 'It ' },
      { type: 'delta', text: 'left.' },
    ]);
    expect(voice.take()).toEqual([]);
  });

  it('begins anew with a later attempt, and no earlier one is heard then', () => {
    const voice = new ChatVoice();
    voice.onDelta({ attempt: 1, text: 'It ' });
    voice.onDelta({ attempt: 2, text: 'It left.' });
    voice.onDelta({ attempt: 1, text: 'left.' });
    expect(voice.take()).toEqual([
      { type: 'delta', text: 'It ' },
      { type: 'reset' },
      { type: 'delta', text: 'It left.' },
    ]);
  });

  it('wakes whoever waits, also for news that came before', async () => {
    const voice = new ChatVoice();
    voice.onDelta({ attempt: 1, text: 'It ' });
    await voice.changed();
    const changed = voice.changed();
    voice.onEnd({ status: 'succeeded' });
    await changed;
    expect(voice.end).toEqual({ status: 'succeeded' });
  });

  it('has one end', () => {
    const voice = new ChatVoice();
    voice.onEnd({ status: 'succeeded' });
    voice.onEnd({ status: 'failed' });
    voice.onDelta({ attempt: 1, text: 'late' });
    expect(voice.end).toEqual({ status: 'succeeded' });
    expect(voice.take()).toEqual([]);
  });
});
