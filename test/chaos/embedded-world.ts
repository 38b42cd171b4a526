import { join } from 'node:path';
import pg from 'pg';
import { joinEmbeddedPostgres } from '../../src/foundation/store/embedded/index.ts';
import { runningServer } from '../../src/foundation/store/embedded/testing/server-facts.ts';
import { startServer } from '../../src/surfaces/server.ts';
import { type FakeService, startFakeService } from '../fakes/service/index.ts';
import { buildProject } from '../world/build-project.ts';
import { Client } from '../world/client.ts';

/** An API, a worker and the embedded PostgreSQL of a data folder, in this process, with a service that is changed. */
export type EmbeddedWorld = {
  client: Client;
  service: FakeService;
  /** What the process said. */
  said: string[];
  /** Process number of the PostgreSQL server. */
  postmaster(): Promise<number>;
  /** Process numbers of its connections. */
  backends(): Promise<number[]>;
  /** The folder of the cluster. */
  data: string;
  stop(): Promise<void>;
};

/** Three payments one after the other, each of which must happen once. */
const PROJECT = `
import { tool, workflow } from 'bulkhead';
import { z } from 'zod';
const pay = tool({
  description: 'Pays', inputSchema: z.object({ order: z.string(), part: z.number() }),
  effect: 'write', idempotent: true, network: ['SERVICE'],
  execute: async (input, { fetch, idempotencyKey }) => {
    const response = await fetch('SERVICE/effects/pay', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify(input),
    });
    if (!response.ok) throw new Error('pay answered ' + response.status);
    await new Promise((resolve) => setTimeout(resolve, 100));
    return (await response.json()).input.part;
  },
});
export const payments = workflow({
  name: 'payments', inputSchema: z.object({ order: z.string() }), tools: { pay },
  policy: { effects: ['write'] }, toolApproval: { pay: 'approved' },
  run: async ({ order }, context) => {
    const paid = [];
    for (const part of [1, 2, 3]) paid.push(await context.tools.pay({ order, part }));
    return paid;
  },
});
`;

export async function startEmbeddedWorld(home: string): Promise<EmbeddedWorld> {
  const service = await startFakeService();
  const said: string[] = [];
  const server = await startServer({
    environment: {},
    home,
    api: true,
    worker: true,
    dev: true,
    port: 0,
    // As `bulkhead dev` shows it.
    log: (_level, message, facts) =>
      said.push(facts?.err instanceof Error ? `${message} ${facts.err.message}` : message),
  });
  const client = new Client(String(server.url), String(server.devKey));
  await client.deploy(await buildProject(PROJECT.replaceAll('SERVICE', service.url)));
  return {
    client,
    service,
    said,
    postmaster: async () => (await runningServer(home)).pid,
    backends: async () => {
      const owner = new pg.Client((await joinEmbeddedPostgres({ home })).url);
      owner.on('error', () => {});
      await owner.connect();
      const { rows } = await owner.query<{ pid: number }>(
        `SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
      );
      await owner.end();
      return rows.map(({ pid }) => pid);
    },
    data: join(home, 'postgres', 'data'),
    async stop() {
      await server.stop();
      await service.stop();
    },
  };
}

/** Submits until the API takes it: what it answered 202 to is accepted, and nothing else. */
export async function submitPatiently({ client }: EmbeddedWorld, order: string): Promise<string> {
  const idempotency = { 'idempotency-key': order };
  for (;;) {
    const answer = await client
      .send<{ id: string; retryable?: boolean }>(
        'POST',
        '/v1/runs',
        { agent: 'payments', input: { order } },
        idempotency,
      )
      .catch(() => undefined);
    if (answer !== undefined && answer.status < 300) return answer.body.id;
    if (answer !== undefined && answer.body.retryable !== true)
      throw new Error(`submit: ${JSON.stringify(answer.body)}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

/** The parts that were paid of an order, in the order in which that happened. */
export function paidOf({ service }: EmbeddedWorld, order: string): number[] {
  return service.effects.flatMap(({ input }) => {
    const of = input as { order: string; part: number };
    return of.order === order ? [of.part] : [];
  });
}
