import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { KeyRing, wrappedKeysOf } from '../../src/foundation/vault/index.ts';
import { estimateTokens } from '../../src/pillars/budget/tokens/index.ts';
import type { FakeModelRequest } from '../fakes/providers/wire.ts';
import { insertTurns } from '../world/insert-turns.ts';
import { startWorld, type World } from '../world/start-world.ts';

const WINDOW = 16_384;
const SESSION = 'friends';

const PROJECT = `
import { agent } from 'bulkhead';

export const friend = agent({
  name: 'friend',
  instructions: 'Talk with the user.',
  model: { small: 'openai/gpt-5-nano', large: 'openai/gpt-5-mini' },
  window: { tokens: ${WINDOW}, pinned: ['Today is a Monday.'] },
});
`;

const filler = (turn: number) => Array.from({ length: 120 }, (_, word) => `thing${turn}x${word}`).join(' ');

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.deploy(PROJECT);
  world.openai.answer(fromThePrompt);
});
afterAll(() => world?.stop());

/** Knows what stands in the prompt, and nothing else. What it sums up says as little as it can. */
function fromThePrompt({ body, text }: FakeModelRequest) {
  const messages = body.messages as { role: string; content: unknown }[];
  if (String(messages[0]?.content).startsWith('You keep the record'))
    return { text: 'They spoke of many things.' };
  if (!text.endsWith('?')) return { text: `I see: ${text.slice(0, 200)}` };
  const told = JSON.stringify(messages.slice(0, -1));
  const known = /my (?:dog|boat) is called (\w+)/.exec(
    told.slice(text.includes('dog') ? told.indexOf('my dog') : told.indexOf('my boat')),
  );
  return { text: known === null ? 'I do not know.' : `${known[1]}.` };
}

/** As a user who spoke for 484 turns before. */
async function speakBefore(): Promise<void> {
  const pool = new pg.Pool({ connectionString: world.databaseUrl, max: 2 });
  const masterKey = Buffer.from(String(world.environment.BULKHEAD_MASTER_KEY), 'base64');
  const turns = Array.from({ length: 484 }, (_, index) => ({
    asked: index === 2 ? 'By the way, my dog is called Rex.' : `Let me tell you of ${filler(index)}`,
    answered: `I see: ${filler(index)}`,
  }));
  const keys = new KeyRing(masterKey, wrappedKeysOf({ pool }));
  await insertTurns({ pool, keys }, { tenant: 'default', agent: 'friend', session: SESSION }, turns);
  await pool.end();
}

describe('a session of 500 turns with a window of 16,384 tokens', () => {
  it('stays inside it, sums up what leaves it, and still answers a question about its third turn', async () => {
    const { client, openai } = world;
    await speakBefore();
    const say = (text: string) => client.run('friend', text, { session: SESSION });

    expect(await say('What is my dog called?')).toMatchObject({ status: 'succeeded', output: 'Rex.' });
    expect(await say('By the way, my boat is called Ilse.')).toMatchObject({ status: 'succeeded' });
    for (let turn = 486; turn < 498; turn += 1) {
      expect(await say(`Let me tell you of ${filler(turn)}`)).toMatchObject({ status: 'succeeded' });
    }
    const last = await say('What is my dog called?');
    expect(last).toMatchObject({ status: 'succeeded', output: 'Rex.' });
    expect(await say('What is my boat called?')).toMatchObject({ output: 'Ilse.' });

    for (const { body } of openai.requests) {
      const tokens = await estimateTokens([{ role: 'system', content: JSON.stringify(body.messages) }]);
      expect(tokens).toBeLessThanOrEqual(WINDOW);
    }
    const answered = openai.requests.filter(({ model }) => model === 'gpt-5-nano');
    const summaries = answered.filter(({ body }) =>
      JSON.stringify(body.messages).includes('You keep the record'),
    );
    expect(summaries.length, 'once for what was there, and again later').toBeGreaterThanOrEqual(2);
    expect(summaries.length, 'not at each turn').toBeLessThanOrEqual(6);
    const prompt = JSON.stringify(openai.requests.at(-1)?.body.messages);
    expect(prompt).toContain('They spoke of many things.');
    expect(prompt).toContain('Today is a Monday.');
    const journal = await client.journal(last.id);
    expect(journal.find(({ operation }) => operation === 'session')).toMatchObject({
      key: 'session#1',
      outcome: 'ok',
    });
  });
});
