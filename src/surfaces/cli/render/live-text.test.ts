import { describe, expect, it } from 'vitest';
import { fakeTerminal } from '../testing/fake-terminal.ts';
import { LiveText } from './live-text.ts';

describe('live text', () => {
  it('is written as it comes, each attempt on a line of its own', () => {
    const terminal = fakeTerminal({ interactive: true });
    const live = new LiveText(terminal);
    live.add({ key: 'model.1', attempt: 1, text: 'It is' });
    live.add({ key: 'model.1', attempt: 2, text: 'It' });
    live.add({ key: 'model.1', attempt: 2, text: ' was.' });
    live.breakLine();
    live.breakLine();
    expect(terminal.written()).toBe('It is\nIt was.\n');
    expect(live.spoken).toBe('It was.');
  });

  it('is not written where nobody watches', () => {
    const terminal = fakeTerminal();
    const live = new LiveText(terminal);
    live.add({ key: 'model.1', attempt: 1, text: 'It is' });
    live.breakLine();
    expect(terminal.written()).toBe('');
    expect(live.spoken).toBe('');
  });
});
