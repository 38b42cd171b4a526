import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/database/index.ts';
import { runCommandLine } from '../run-command-line.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';

const DAY = 86_400_000;

let database: TestDatabase;
let owner: pg.Client;
let environment: Record<string, string>;
beforeEach(async () => {
  database = await createTestDatabase();
  environment = { DATABASE_URL: database.url, BULKHEAD_MASTER_KEY: randomBytes(32).toString('base64') };
  owner = new pg.Client(database.url);
  await owner.connect();
});
afterEach(async () => {
  await owner.end();
  await database.drop();
});

async function retention(words: string[], answer?: string) {
  const terminal = fakeTerminal({ environment, ...(answer === undefined ? {} : { answer }) });
  const code = await runCommandLine(['retention', ...words], terminal);
  return { code, out: terminal.written(), error: terminal.complained() };
}

/** An empty partition whose time is over, and the name of it. */
async function oldPartition(): Promise<string> {
  const { rows } = await owner.query("SELECT add_frame_partition('standard', $1) AS name", [
    new Date(Date.now() - 500 * DAY),
  ]);
  return rows[0].name;
}
const there = async (partition: string) =>
  (await owner.query('SELECT to_regclass($1) AS found', [partition])).rows[0].found !== null;

it('shows how long each class is kept, what would go, and what keeps the rest', async () => {
  const partition = await oldPartition();
  const { code, out } = await retention(['plan']);
  expect(code).toBe(0);
  expect(out).toMatch(/standard +365 days/);
  expect(out).toMatch(/permanent +for ever/);
  expect(out).toMatch(new RegExp(`${partition} .* drop`));
  expect(out).toMatch(/frame_permanent .* keep +kept for ever/);
  const { partitions } = JSON.parse((await retention(['plan', '--json'])).out);
  expect(partitions).toContainEqual(expect.objectContaining({ partition, verdict: 'drop', reasons: [] }));
  expect(await there(partition)).toBe(true);
});

it('deletes only after a person said yes, or was not to be asked', async () => {
  const partition = await oldPartition();
  const alone = await retention(['apply']);
  expect(alone.code).not.toBe(0);
  expect(alone.error).toContain('--yes');
  const refused = await retention(['apply'], 'no');
  expect(refused.code).not.toBe(0);
  expect(refused.error).toContain(partition);
  expect(await there(partition)).toBe(true);
  expect(await retention(['apply'], 'yes')).toMatchObject({
    code: 0,
    out: expect.stringContaining(partition),
  });
  expect(await there(partition)).toBe(false);
  const again = JSON.parse((await retention(['apply', '--yes', '--json'])).out);
  expect(again).toMatchObject({ dropped: [], swept: {}, cleaned: { idempotencyKeys: 0 } });
});

it('keeps a class for as long as it is told to, and records that', async () => {
  const partition = await oldPartition();
  expect((await retention(['set', 'standard', '730d'])).out).toContain('730 days');
  expect((await retention(['apply', '--yes', '--json'])).out).toContain('"dropped":[]');
  expect(await there(partition)).toBe(true);
  const { rows } = await owner.query("SELECT meta FROM frame WHERE class = 'permanent'");
  expect(rows.map(({ meta }) => JSON.parse(meta)[0])).toEqual([
    {
      kind: 'retention.set',
      class: 'standard',
      days: 730,
      principal: 'installation',
      at: expect.any(Number),
    },
  ]);
});

it('counts a single day as one', async () => {
  expect((await retention(['set', 'short', '1d'])).out).toContain('are kept for 1 day after their end');
  expect((await retention(['plan'])).out).toMatch(/short +1 day\b/);
});

it.each([['abc'], ['soon'], ['-5d'], ['36h'], ['0d'], ['250ms'], ['36526d']])(
  'refuses %s as wrong usage, with a duration that it takes',
  async (duration) => {
    const { code, error } = await retention(['set', 'short', duration]);
    expect(code).toBe(2);
    expect(error).toBe(
      `"${duration}" is not a duration that a class can be kept for. Write whole days, from one to a hundred years: '30d'.\n`,
    );
  },
);

it.each([
  [['set', 'other', '30d'], 'no class of retention "other"'],
  [['set', 'permanent', '30d'], 'kept for ever'],
])('refuses %j', async (words, message) => {
  const { code, error } = await retention(words);
  expect(code).not.toBe(0);
  expect(error).toContain(message);
});
