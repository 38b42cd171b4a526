import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { createTestDatabase } from '../../../test/database/index.ts';
import { fakeCaches } from '../../../test/fakes/caches.ts';
import { noSpendLimits } from '../../../test/fakes/spend.ts';
import type { Agent } from '../../contract/agent.ts';
import { DEFAULT_BUDGET } from '../../contract/budget.ts';
import { type Clock, systemClock } from '../../contract/clock.ts';
import type { Doorbell } from '../../contract/doorbell.ts';
import type { Entry } from '../../contract/entry.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import type { RunKind } from '../../contract/run.ts';
import type { Workflow } from '../../contract/workflow.ts';
import {
  decodeFrame,
  JournalWriter,
  RunNews,
  readStreams,
  verifyChain,
} from '../../foundation/journal/index.ts';
import {
  continueRun,
  createNearDoorbell,
  createRun,
  RunCreator,
  requestCancel,
} from '../../foundation/queue/index.ts';
import { openStore } from '../../foundation/store/index.ts';
import { createTenant, KeyRing, wrappedKeysOf } from '../../foundation/vault/index.ts';
import { createToolGateway, toolPipeline } from '../../gateways/tool/index.ts';
import { estimateTokens } from '../../pillars/budget/tokens/index.ts';
import { createReviewDesk, decideReview } from '../../pillars/review/index.ts';
import { createTokenCounter } from '../../pillars/window/index.ts';
import { createChatHosts } from '../chat/chat-hosts.ts';
import { createInlineHost } from '../code/inline-host.ts';
import { cancelChildren, createChild } from '../executor/child-runs.ts';
import { fileLateEffect } from '../executor/late-effect.ts';
import { readChild } from '../executor/read-child.ts';
import { createSessionReader } from '../executor/read-session.ts';
import type { ExecutorServices } from '../executor/services.ts';
import { RunWorker } from '../worker/worker.ts';

const TENANT = 'acme';
const VERSION = 'f'.repeat(64);

export type TestInstallation = {
  /** As the database's owner. */
  owner: pg.Pool;
  /** A worker that executes the definitions in this process. Its parts may be spoiled on purpose. */
  startWorker(parts?: {
    pool?: (pool: pg.Pool) => pg.Pool;
    services?: (services: ExecutorServices) => ExecutorServices;
    clock?: Clock;
    /** The worker looks for runs that it has forgotten twice a second, and not every two seconds. */
    doubtful?: boolean;
  }): Promise<RunWorker>;
  /** @param kind default: the definition's own */
  submit(definition: string, input?: Json, kind?: RunKind): Promise<string>;
  cancel(run: string): Promise<void>;
  /** Decides the run's one pending review. */
  decide(run: string, decision: string, output?: Json): Promise<void>;
  row(run: string): Promise<Record<string, unknown>>;
  /** The run's row once it has one of these statuses. */
  until(run: string, ...statuses: string[]): Promise<Record<string, unknown>>;
  /** Workers that hear the doorbell now. */
  listeners(): number;
  /** All that the run's journal holds, after a check that it is one chain. */
  entries(run: string): Promise<Entry[]>;
  stop(): Promise<void>;
};

/** Workers without walls on a database of their own: the engine as it is, the code in this process. */
export async function openTestInstallation(
  definitions: readonly (Agent | Workflow)[],
): Promise<TestInstallation> {
  const database = await createTestDatabase();
  const store = openStore({ url: database.url, role: 'bulkhead_worker', connections: 12 });
  const owner = new pg.Pool({ connectionString: database.url, max: 4 });
  owner.on('error', () => undefined);
  const masterKey = randomBytes(32);
  const keys = new KeyRing(masterKey, wrappedKeysOf(store));
  const client = new pg.Client(database.url);
  await client.connect();
  await createTenant(client, keys, { id: TENANT, name: 'Acme' });
  await client.end();
  const workers: RunWorker[] = [];
  const near = createNearDoorbell();
  let listeners = 0;
  const doorbell: Doorbell = {
    ...near,
    async listen(listener) {
      const listening = await near.listen(listener);
      listeners += 1;
      return {
        async stop() {
          await listening.stop();
          listeners -= 1;
        },
      };
    },
  };

  async function inTransaction(work: (client: pg.PoolClient) => Promise<unknown>): Promise<void> {
    const client = await owner.connect();
    try {
      await client.query('BEGIN');
      await work(client);
      await client.query('COMMIT');
    } finally {
      client.release();
    }
  }

  async function row(run: string): Promise<Record<string, unknown>> {
    return (await owner.query('SELECT * FROM run WHERE id = $1', [run])).rows[0];
  }

  return {
    owner,
    row,
    listeners: () => listeners,
    async startWorker({ pool: spoilPool, services: spoilServices, clock = systemClock, doubtful } = {}) {
      const pool = spoilPool?.(store.pool) ?? store.pool;
      const workerKeys = new KeyRing(masterKey, wrappedKeysOf(store));
      const desk = createReviewDesk({
        pool,
        dataKey: (tenant, stream) => workerKeys.dataKey(tenant, stream),
      });
      const creator = new RunCreator({ pool, keys: workerKeys, ring: doorbell.ring });
      const services: ExecutorServices = {
        toolGateway: createToolGateway(
          toolPipeline({
            killSwitches: { current: async () => [] },
            desk,
            spend: noSpendLimits,
            caches: fakeCaches(),
            samples: { refute: () => {} },
            clock,
          }),
        ),
        modelGateway: async () => {
          throw new BulkheadError({ code: 'no_model', message: 'There is no model here.' });
        },
        reviews: desk,
        clock,
        defaultModel: 'local',
        createChild: (run) => createChild({ pool, creator }, run),
        continueRun: (transaction, run) => continueRun(transaction, workerKeys, run),
        cancelChildren: (parent, children) => cancelChildren({ pool, doorbell }, parent, children),
        readChild: (tenant, run) => readChild(pool, workerKeys, tenant, run),
        readSession: createSessionReader({
          pool,
          keys: workerKeys,
          counter: createTokenCounter(estimateTokens),
          limitOf: () => 12_000,
        }),
        news: new RunNews(),
        publishDelta: async () => {},
        fileLateEffect: (run, effect) => fileLateEffect({ pool, doorbell }, run, effect),
      };
      const host = createInlineHost(definitions, async () => {
        throw new BulkheadError({ code: 'no_network', message: 'There is no network here.' });
      });
      const worker = new RunWorker({
        url: database.url,
        pool,
        keys: workerKeys,
        clock,
        doorbell,
        openJournal: () => new JournalWriter({ pool, clock, ring: doorbell.ring }),
        hosts: { acquire: async () => ({ host, release: () => {} }), stop: async () => {} },
        chatHosts: createChatHosts(async () => host.manifest),
        services: spoilServices?.(services) ?? services,
        log: () => {},
        ...(doubtful === true ? { looksBetweenDoubts: 2 } : {}),
      });
      workers.push(worker);
      await worker.start();
      return worker;
    },
    async submit(definition, input = {}, kind?: RunKind) {
      const { id } = await createRun(store.pool, keys, {
        tenant: TENANT,
        agent: definition,
        kind: kind ?? definitions.find(({ name }) => name === definition)?.kind ?? 'workflow',
        version: VERSION,
        principal: 'ada',
        lane: 'normal',
        budget: DEFAULT_BUDGET,
        input,
      });
      doorbell.ring();
      return id;
    },
    async cancel(run) {
      await inTransaction((transaction) =>
        requestCancel(transaction, { tenant: TENANT, run, principal: 'ada' }),
      );
      doorbell.ring(run);
    },
    async decide(run, decision, output) {
      const { rows } = await owner.query<{ id: string }>(
        `SELECT id FROM review WHERE run = $1 AND status = 'pending'`,
        [run],
      );
      const id = rows[0]?.id ?? '';
      await inTransaction((transaction) =>
        decideReview({
          transaction,
          tenant: TENANT,
          id,
          decision,
          principal: 'ada',
          dataKey: (tenant, stream) => keys.dataKey(tenant, stream),
          ...(output === undefined ? {} : { output }),
        }),
      );
      doorbell.ring(run);
    },
    async until(run, ...statuses) {
      const end = Date.now() + 15_000;
      for (;;) {
        const found = await row(run);
        if (statuses.includes(String(found.status))) return found;
        if (Date.now() > end) throw new Error(`The run is ${found.status}, not ${statuses.join(' or ')}.`);
        await sleep(10);
      }
    },
    async entries(run) {
      const frames = (await readStreams(owner, 'standard', [run])).get(run) ?? [];
      verifyChain(frames);
      const key = await keys.dataKey(TENANT, run);
      return frames.flatMap((frame) => decodeFrame(frame, key));
    },
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop(0)));
      await store.close();
      await owner.end();
      await database.drop();
    },
  };
}
