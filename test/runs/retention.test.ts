import pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEFAULT_BUDGET } from '../../src/contract/budget.ts';
import { createRun } from '../../src/foundation/queue/index.ts';
import { KeyRing, loadMasterKey, wrappedKeysOf } from '../../src/foundation/vault/index.ts';
import { withRetention } from '../../src/surfaces/composition/manage-retention.ts';
import type { ShownRun } from '../world/client.ts';
import { startWorld, type World } from '../world/start-world.ts';

const DAY = 86_400_000;

const PROJECT = `
import { workflow } from 'bulkhead';
import { z } from 'zod';

export const echo = workflow({
  name: 'echo',
  inputSchema: z.object({ text: z.string() }),
  run: async ({ text }, context) => context.memo('echo', () => text),
});

export const brief = workflow({
  name: 'brief',
  inputSchema: z.object({ text: z.string() }),
  retention: 'short',
  run: async ({ text }, context) => ({ child: await context.run(echo, { text }) }),
});
`;

let world: World;
let owner: pg.Pool;
let version: string;
beforeAll(async () => {
  world = await startWorld();
  owner = new pg.Pool({ connectionString: world.databaseUrl, max: 4 });
  owner.on('error', () => {});
  version = await world.deploy(PROJECT);
});
afterAll(async () => {
  await owner?.end();
  await world?.stop();
});

const apply = () => withRetention(world, (desk) => desk.apply());
const partitionsOf = async (run: string): Promise<string[]> => {
  const { rows } = await owner.query(
    'SELECT DISTINCT tableoid::regclass::text AS partition FROM frame WHERE stream = $1',
    [run],
  );
  return rows.map(({ partition }) => partition);
};

/** A run that a worker executed, and that by its id and its row is so many days old. */
async function aged(days: number): Promise<string> {
  const past = new Date(Date.now() - days * DAY);
  const { rows } = await owner.query(
    'SELECT (substr(first_id_of($1)::text, 1, 13) || substr($2::text, 14))::uuid AS id',
    [past, uuidv7()],
  );
  const masterKey = await loadMasterKey({ environment: world.environment, home: world.home });
  const { id } = await createRun(owner, new KeyRing(masterKey, wrappedKeysOf({ pool: owner })), {
    id: rows[0].id,
    tenant: 'default',
    agent: 'echo',
    kind: 'workflow',
    version,
    principal: 'ann',
    lane: 'normal',
    budget: DEFAULT_BUDGET,
    input: { text: 'long ago' },
    subject: 'customer-7',
  });
  expect(await world.client.until(id)).toMatchObject({ status: 'succeeded', output: 'long ago' });
  await owner.query('UPDATE run SET created_at = $2, finished_at = $2 WHERE id = $1', [id, past]);
  return id;
}

const partition = async (retention: string, days: number): Promise<string> => {
  const { rows } = await owner.query('SELECT add_frame_partition($1, $2) AS partition', [
    retention,
    new Date(Date.now() - days * DAY),
  ]);
  return rows[0].partition;
};

describe('retention of a whole installation', () => {
  it('follows what a definition declares, for its children too', async () => {
    const id = await world.client.submit('brief', { text: 'hello' });
    const run = await world.client.until(id);
    expect(run).toMatchObject({ status: 'succeeded', output: { child: 'hello' } });
    const { rows } = await owner.query('SELECT id, class FROM run WHERE id = $1 OR parent = $1', [id]);
    expect(rows.map((row) => row.class)).toEqual(['short', 'short']);
    for (const { id } of rows)
      expect(await partitionsOf(id)).toEqual([expect.stringMatching(/^frame_short_\d/)]);
  });

  it('drops what has expired while workers go on, and what it dropped is unknown to the API', async () => {
    const old = await partition('standard', 500);
    const held = await partition('standard', 600);
    const [goneId, keptId] = [await aged(500), await aged(600)];
    const hold = await world.client.send<{ id: string }>('POST', '/v1/holds', {
      target: `run:${keptId}`,
      reason: 'Case 7',
    });
    expect(hold.status).toBe(201);

    let applying = true;
    const under: Promise<ShownRun>[] = [];
    const traffic = (async () => {
      while (applying) under.push(world.client.until(await world.client.submit('echo', { text: 'on' })));
    })();
    const applied = await apply();
    applying = false;
    await traffic;
    const ended = await Promise.all(under);
    expect(ended.length).toBeGreaterThan(0);
    expect(ended.filter(({ status }) => status !== 'succeeded')).toEqual([]);

    expect(applied.dropped).toEqual([old]);
    expect(applied.kept.find((plan) => plan.partition === held)?.reasons).toEqual([
      { reason: 'held', count: 1 },
    ]);
    expect((await world.client.send('GET', `/v1/runs/${goneId}`)).status).toBe(404);
    expect((await world.client.send('GET', `/v1/runs/${goneId}/journal`)).status).toBe(404);
    expect((await world.client.send('GET', `/v1/runs/${keptId}`)).status).toBe(200);
    expect((await world.client.send('POST', `/v1/runs/${goneId}/cancel`)).status).toBe(404);

    await world.client.send('DELETE', `/v1/holds/${hold.body.id}`);
    expect((await apply()).dropped).toEqual([held]);
  });
});
