import { describe, expect, it } from 'vitest';
import type { Json } from '../../../contract/json.ts';
import type { EarlierConversation } from '../../host/earlier-conversation.ts';
import { type RecallOptions, recall } from './recall.ts';
import { SessionMemories, SessionMemory } from './session-memory.ts';

/** A word is a token. */
const count = async (text: string) => text.split(/\s+/).length;
const id = (turn: number) => `run-${String(turn).padStart(4, '0')}`;
const options: RecallOptions = {
  question: 'Where is my parcel?',
  room: 3_000,
  limit: 4_000,
  keepTurns: 20,
  budget: 100_000,
  count,
};

/** A session of so many turns of 20 words; some of them say something else. */
function session(turns: number, said: Record<number, string> = {}) {
  const memory = new SessionMemory();
  const runs: string[] = [];
  for (let turn = 1; turn <= turns; turn += 1) {
    const filler = Array.from({ length: 9 }, (_, word) => `w${turn}x${word}`).join(' ');
    memory.add(
      id(turn),
      { run: id(turn), asked: said[turn] ?? `q${turn} ${filler}`, answered: `a${turn} ${filler}` },
      undefined,
    );
    runs.unshift(id(turn));
  }
  return { memory, runs };
}

const texts = (messages: readonly Json[]) =>
  messages.map((message) => (message as { content: { text: string }[] }).content[0]?.text.split(' ')[0]);
const told = async (...parameters: Parameters<typeof recall>) =>
  (await recall(...parameters)) as EarlierConversation;

describe('what a run is told of its session', () => {
  it('is every turn, oldest first, while they fit', async () => {
    const { runs, memory } = session(3);
    const messages = await recall(runs, memory, options);
    expect(texts(messages as Json[])).toEqual(['q1', 'a1', 'q2', 'a2', 'q3', 'a3']);
    expect((messages as { role: string }[]).map(({ role }) => role)).toEqual([
      'user',
      'assistant',
      'user',
      'assistant',
      'user',
      'assistant',
    ]);
  });

  it('is half of them when one is too many, and the rest is to be summed up', async () => {
    const { runs, memory } = session(21);
    const { messages, leaving, summary } = await told(runs, memory, options);
    expect(texts(messages)[0]).toBe('q12');
    expect(messages).toHaveLength(20);
    expect(leaving).toMatchObject({ upTo: id(11), tokens: 500 });
    expect(leaving?.text).toMatch(/^User: q1 .*Assistant: a11 /s);
    expect(leaving?.text).not.toContain('q12');
    expect(summary).toBeUndefined();
  });

  it('is the newest summary, and the turns since', async () => {
    const { runs, memory } = session(30);
    memory.summaries.set(id(15), { text: 'old', upTo: id(5) });
    memory.summaries.set(id(25), { text: 'They spoke.', upTo: id(15) });
    const { messages, summary, leaving } = await told(runs, memory, options);
    expect(summary).toBe('They spoke.');
    expect(texts(messages)[0]).toBe('q16');
    expect(leaving).toBeUndefined();
  });

  it('is no summary of a run that was erased', async () => {
    const { runs, memory } = session(30);
    memory.summaries.set(id(25), { text: 'They spoke.', upTo: id(15) });
    const { summary } = await told(
      runs.filter((run) => run !== id(25)),
      memory,
      options,
    );
    expect(summary).toBeUndefined();
  });

  it('is, of what is not shown, the turns that are closest to the message', async () => {
    const { runs, memory } = session(100, { 3: 'My parcel PX-77 went to Quito.', 50: 'I like tea.' });
    const { excerpt } = await told(runs, memory, options);
    expect(excerpt).toMatch(/^User: My parcel PX-77 went to Quito\.\nAssistant: a3 /);
    expect(excerpt).not.toContain('tea');
    expect((await told(runs, memory, { ...options, question: 'Zebra?' })).excerpt).toBeUndefined();
  });

  it('takes no more of the window than it may', async () => {
    const { runs, memory } = session(100);
    const { messages } = await told(runs, memory, { ...options, room: 400 });
    expect(messages.length * 10).toBeLessThanOrEqual(0.6 * 400);
  });

  it('is not to be summed up by a run that cannot pay for it', async () => {
    const { runs, memory } = session(30);
    const { leaving, messages } = await told(runs, memory, { ...options, budget: 0 });
    expect(leaving).toBeUndefined();
    expect(messages).toHaveLength(40);
  });

  it('is always the last turn, in part where it is longer than the window', async () => {
    const { runs, memory } = session(2, { 2: 'word '.repeat(50_000) });
    const { messages, leaving } = await told(runs, memory, options);
    expect(messages).toHaveLength(2);
    expect(JSON.stringify(messages)).toContain('[…]');
    expect(await count(JSON.stringify(messages))).toBeLessThanOrEqual(0.6 * options.room);
    expect(leaving?.upTo).toBe(id(1));
    expect((await told(runs, memory, { ...options, room: 0 })).messages).toEqual([]);
  });
});

describe('what a worker remembers of sessions', () => {
  it('is bounded: those used longest ago go', () => {
    const memories = new SessionMemories(1_000);
    for (const name of ['a', 'b', 'c']) {
      memories
        .of('acme', name)
        .add('run-1', { run: 'run-1', asked: 'x'.repeat(400), answered: '' }, undefined);
    }
    memories.of('acme', 'a');
    memories.shrink();
    expect(memories.size).toBe(2);
    expect(memories.of('acme', 'b').turns.size).toBe(0);
    expect(memories.of('acme', 'a').turns.size).toBe(1);
    expect(memories.of('other', 'a').turns.size, 'another tenant’s').toBe(0);
  });
});
