import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCommandLine } from '../../src/surfaces/cli/run-command-line.ts';
import { fakeTerminal } from '../../src/surfaces/cli/testing/fake-terminal.ts';
import { startServer } from '../../src/surfaces/server.ts';
import { createTestDatabase, type TestDatabase } from '../database/index.ts';
import { Client } from '../world/client.ts';
import { startWorld, type World } from '../world/start-world.ts';
import { keyOf } from './key-of.ts';

/** Pays five times, and takes its time. */
const PROJECT = `
import { tool, workflow } from 'bulkhead';
import { z } from 'zod';
const pay = tool({
  description: 'Pays', inputSchema: z.object({ part: z.number() }),
  effect: 'write', idempotent: true, network: ['SERVICE'],
  execute: async (input, { fetch, idempotencyKey }) => {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const response = await fetch('SERVICE/effects/pay', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify(input),
    });
    return (await response.json()).input.part;
  },
});
export const payments = workflow({
  name: 'payments', inputSchema: z.object({}), tools: { pay },
  policy: { effects: ['write'] }, toolApproval: { pay: 'approved' },
  run: async (_, context) => {
    const paid = [];
    for (const part of [1, 2, 3, 4, 5]) paid.push(await context.tools.pay({ part }));
    return paid;
  },
});
`;

let world: World;
let target: TestDatabase;
let folder: string;
beforeEach(async () => {
  world = await startWorld();
  target = await createTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-moved-'));
});
afterEach(async () => {
  await world.stop();
  await target.drop();
  await rm(folder, { recursive: true, force: true });
});

async function bulkhead(environment: Record<string, string>, ...words: string[]): Promise<void> {
  const terminal = fakeTerminal({ environment, folder });
  expect([await runCommandLine(words, terminal), terminal.complained()]).toEqual([0, expect.any(String)]);
}

it('a run that was executing when it was exported goes on where it is imported, with each effect once', async () => {
  await world.deploy(PROJECT);
  const run = await world.client.submit('payments', {});
  await expect.poll(() => world.service.effects.length, { timeout: 15_000 }).toBeGreaterThan(1);
  await bulkhead(world.environment, 'export', 'moved.jsonl.gz');
  const key = await keyOf(world);

  const environment = { ...world.environment, DATABASE_URL: target.url };
  await bulkhead(environment, 'import', 'moved.jsonl.gz');
  const server = await startServer({
    environment,
    home: folder,
    api: true,
    worker: true,
    dev: true,
    port: 0,
    log: () => {},
  });
  // The key of before opens the door here, too.
  const ended = await new Client(String(server.url), key).until(run);
  await server.stop();
  expect(ended).toMatchObject({ status: 'succeeded', output: [1, 2, 3, 4, 5] });
  expect(world.service.effects.map(({ input }) => input)).toEqual([1, 2, 3, 4, 5].map((part) => ({ part })));
}, 60_000);
