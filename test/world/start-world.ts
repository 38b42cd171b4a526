import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../src/contract/clock.ts';
import type { Paces } from '../../src/surfaces/composition/paces.ts';
import type { Pipelines } from '../../src/surfaces/composition/start-worker.ts';
import { startServer } from '../../src/surfaces/server.ts';
import { createTestDatabase, type TestDatabase } from '../database/index.ts';
import { type FakeProvider, startFakeAnthropic, startFakeOpenAi } from '../fakes/providers/index.ts';
import { type FakeService, startFakeService } from '../fakes/service/index.ts';
import { buildProject } from './build-project.ts';
import { Client } from './client.ts';

/** A whole installation with real parts around it: database, providers and a service that is changed. */
export type World = {
  client: Client;
  openai: FakeProvider;
  anthropic: FakeProvider;
  service: FakeService;
  databaseUrl: string;
  /** What a second process of the same installation needs. */
  environment: Record<string, string>;
  home: string;
  /** Builds a project of one file and deploys it. `SERVICE` in it stands for the service's origin. */
  deploy(source: string): Promise<string>;
  stop(): Promise<void>;
};

export type WorldOptions = {
  worker?: boolean;
  shapePipelines?: (pipelines: Pipelines) => Pipelines;
  environment?: Record<string, string>;
  /** Dropped with the world. Default: one on the server of the test run. */
  database?: TestDatabase;
  clock?: Clock;
  /** Runs at once in the worker. */
  capacity?: number;
  /** What would be waited for comes sooner. */
  paces?: Paces;
};

/** Starts the API and a worker in this process, on a database of their own. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const [database, openai, anthropic, service, home] = await Promise.all([
    options.database ?? createTestDatabase(),
    startFakeOpenAi(),
    startFakeAnthropic(),
    startFakeService(),
    mkdtemp(join(tmpdir(), 'bulkhead-world-')),
  ]);
  const environment = {
    DATABASE_URL: database.url,
    BULKHEAD_MASTER_KEY: randomBytes(32).toString('base64'),
    ...openai.environment,
    ...anthropic.environment,
    ...options.environment,
  };
  const server = await startServer({
    environment,
    home,
    api: true,
    worker: options.worker ?? true,
    dev: true,
    port: 0,
    log: process.env.BULKHEAD_TEST_LOG === undefined ? () => {} : console.error,
    ...(options.shapePipelines === undefined ? {} : { shapePipelines: options.shapePipelines }),
    ...(options.clock === undefined ? {} : { clock: options.clock }),
    ...(options.capacity === undefined ? {} : { capacity: options.capacity }),
    ...(options.paces === undefined ? {} : { paces: options.paces }),
  });
  const client = new Client(String(server.url), String(server.devKey));
  return {
    client,
    openai,
    anthropic,
    service,
    databaseUrl: database.url,
    environment,
    home,
    deploy: async (source) => client.deploy(await buildProject(source.replaceAll('SERVICE', service.url))),
    async stop() {
      await server.stop();
      await Promise.all([openai.stop(), anthropic.stop(), service.stop()]);
      await database.drop();
      await rm(home, { recursive: true, force: true });
    },
  };
}
