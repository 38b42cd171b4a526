import { describe, expect, it } from 'vitest';
import { MergedRings, RINGS_HELD } from './merged-rings.ts';

/** A broker whose answers a test gives. */
function slowBroker() {
  const sent: (readonly string[])[] = [];
  let answer = () => {};
  const rings = new MergedRings((runs) => {
    sent.push(runs);
    return new Promise((resolve) => {
      answer = () => resolve();
    });
  });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  return {
    rings,
    sent,
    turn,
    async answer() {
      answer();
      await turn();
    },
  };
}

describe('merged rings', () => {
  it('send what came in one turn together, each name once', async () => {
    const { rings, sent, turn, answer } = slowBroker();
    for (const run of ['a', '', 'b', 'a', '', 'b']) rings.ring(run);
    await turn();
    expect(sent).toEqual([['a', '', 'b']]);
    await answer();
    expect(sent).toHaveLength(1);
  });

  it('have one message under way at most, and send the rest with the next one', async () => {
    const { rings, sent, turn, answer } = slowBroker();
    rings.ring('a');
    await turn();
    for (const run of ['a', 'b', 'b', '']) rings.ring(run);
    await turn();
    expect(sent).toEqual([['a']]);
    await answer();
    expect(sent).toEqual([['a'], ['a', 'b', '']]);
  });

  it('hold a bounded number of names however long the broker takes', async () => {
    const { rings, turn } = slowBroker();
    rings.ring('under way');
    await turn();
    for (let run = 0; run < 5 * RINGS_HELD; run += 1) rings.ring(String(run));
    expect(rings.size).toBe(RINGS_HELD);
  });

  it('go on after a message that could not be sent', async () => {
    const tried: (readonly string[])[] = [];
    const rings = new MergedRings(async (runs) => {
      tried.push(runs);
      throw new Error('away');
    });
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    rings.ring('a');
    await turn();
    rings.ring('b');
    await rings.close();
    expect(tried).toEqual([['a'], ['b']]);
  });

  it('are over once they are closed', async () => {
    const { rings, sent, turn } = slowBroker();
    await rings.close();
    rings.ring('late');
    await turn();
    expect(sent).toEqual([]);
  });
});
