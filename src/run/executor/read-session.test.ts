import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { modelCall } from '../../../test/fakes/calls.ts';
import { insertTurns } from '../../../test/world/insert-turns.ts';
import type { Json } from '../../contract/json.ts';
import { openTestQueue, TENANT, type TestQueue } from '../../foundation/queue/testing/open-test-queue.ts';
import { estimateTokens } from '../../pillars/budget/tokens/index.ts';
import { createTokenCounter } from '../../pillars/window/index.ts';
import type { EarlierConversation } from '../host/earlier-conversation.ts';
import { createSessionReader } from './read-session.ts';
import { SessionMemories } from './session/session-memory.ts';

let queue: TestQueue;
beforeAll(async () => {
  queue = await openTestQueue();
});
afterAll(() => queue.drop());

const LIMIT = 12_288;
const { definition, budget, run } = modelCall();
const filler = (turn: number) => Array.from({ length: 60 }, (_, word) => `word${turn}x${word}`).join(' ');
let number = 0;
let session = '';
let runs: string[] = [];

/** 500 turns, of which the third says something. */
beforeEach(async () => {
  session = `talk-${++number}`;
  const turns = Array.from({ length: 500 }, (_, index) => ({
    asked: index === 2 ? 'By the way, my dog is called Rex.' : `Tell me of ${filler(index)}`,
    answered: `It is ${filler(index)}`,
  }));
  runs = await insertTurns(
    { pool: queue.owner, keys: queue.keys },
    { tenant: TENANT, agent: 'support', session },
    turns,
  );
});

function reader() {
  let queries = 0;
  const memories = new SessionMemories();
  const pool = {
    query: (...parameters: Parameters<typeof queue.pool.query>) => {
      queries += 1;
      return queue.pool.query(...parameters);
    },
  };
  const read = createSessionReader({
    pool: pool as unknown as typeof queue.pool,
    keys: queue.freshKeys(),
    counter: createTokenCounter(estimateTokens),
    limitOf: () => LIMIT,
    memories,
  });
  const facts = { ...run, id: 'ffffffff-ffff-7fff-bfff-ffffffffffff', tenant: TENANT, session };
  const ask = (text: string) => read(facts, { text, definition, budget }) as Promise<Json>;
  return { ask, queries: () => queries, memories };
}

describe('a session of 500 turns', () => {
  it('is told within the window, with the turn that the message is about', async () => {
    const told = (await reader().ask('What is my dog called?')) as unknown as EarlierConversation;
    expect(told.excerpt).toContain('my dog is called Rex');
    expect(JSON.stringify(told.messages.at(-1))).toContain('word499x0');
    expect(told.leaving?.upTo).toBe(runs[500 - told.messages.length / 2 - 1]);
    const shown = [...told.messages, told.excerpt ?? '', told.leaving?.text ?? ''];
    const tokens = await estimateTokens([{ role: 'system', content: JSON.stringify(shown) }]);
    expect(tokens).toBeLessThanOrEqual(LIMIT);
  });

  it('is opened once in a worker', async () => {
    const { ask, queries } = reader();
    const first = await ask('What is my dog called?');
    const before = queries();
    expect(await ask('What is my dog called?')).toEqual(first);
    expect(queries() - before, 'the list of its runs').toBe(1);
  });

  it('forgets a turn that was erased, though the worker has read it', async () => {
    const { ask, memories } = reader();
    await ask('What is my dog called?');
    await queue.owner.query('DELETE FROM data_key WHERE stream = $1', [runs[2]]);
    expect(JSON.stringify(await ask('What is my dog called?'))).not.toContain('Rex');
    expect([...memories.of(TENANT, session).turns.keys()]).not.toContain(runs[2]);
  });
});
