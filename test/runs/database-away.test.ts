import { expect, it } from 'vitest';
import { withConnection } from '../database/connection.ts';
import { startWorld } from '../world/start-world.ts';
import { keyOf } from './key-of.ts';

const PROJECT = `
import { workflow } from 'bulkhead';
import { z } from 'zod';
export const greet = workflow({ name: 'greet', inputSchema: z.object({}), run: async () => 'hello' });
`;

it('an API whose database is away answers 503 database_unreachable, and the process stays up', async () => {
  const world = await startWorld();
  try {
    await world.deploy(PROJECT);
    const run = await world.client.run('greet', {});
    const headers = { authorization: `Bearer ${await keyOf(world)}`, 'content-type': 'application/json' };

    const database = new URL(world.databaseUrl);
    const name = database.pathname.slice(1);
    database.pathname = '/postgres';
    await withConnection(database.href, async (client) => {
      await client.query(`DROP DATABASE "${name}" WITH (FORCE)`);
    });

    const body = JSON.stringify({ agent: 'greet', input: {} });
    for (const [method, path] of [
      ['GET', `/v1/runs/${run.id}`],
      ['POST', '/v1/runs'],
      ['POST', `/v1/runs/${run.id}/cancel`],
      ['GET', '/v1/reviews'],
      ['GET', '/v1/agents'],
    ]) {
      const response = await fetch(`${world.client.url}${path}`, {
        ...(method === 'POST' ? { method, body } : {}),
        headers,
      });
      expect([path, response.status]).toEqual([path, 503]);
      expect(await response.json()).toMatchObject({
        code: 'database_unreachable',
        retryable: true,
        detail: expect.stringContaining('Send the request again'),
      });
    }
    const unknownKey = {
      authorization: headers.authorization.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
    };
    expect((await fetch(`${world.client.url}/v1/runs`, { headers: unknownKey })).status).toBe(503);

    expect((await fetch(`${world.client.url}/healthz`)).status).toBe(200);
    const ready = await fetch(`${world.client.url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ ready: false, checks: { database: { ok: false } } });
  } finally {
    await world.stop();
  }
});
