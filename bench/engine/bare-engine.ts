import { uuidv7 } from 'uuidv7';
import { DEFAULT_BUDGET } from '../../src/contract/budget.ts';
import { systemClock } from '../../src/contract/clock.ts';
import type { Json } from '../../src/contract/json.ts';
import { JournalWriter, RunNews } from '../../src/foundation/journal/index.ts';
import { createNearDoorbell, openDoorbell, RunCreator } from '../../src/foundation/queue/index.ts';
import { openStore } from '../../src/foundation/store/index.ts';
import { createTenant, KeyRing, wrappedKeysOf } from '../../src/foundation/vault/index.ts';
import { createToolGateway, ledger } from '../../src/gateways/tool/index.ts';
import { createReviewDesk } from '../../src/pillars/review/index.ts';
import { createInlineHost } from '../../src/run/code/inline-host.ts';
import { RunWorker } from '../../src/run/worker/worker.ts';
import { asOwner } from '../database-server.ts';
import { type WorkflowName, workflows } from './workflows.ts';

const VERSION = '0'.repeat(64);
const TENANTS = ['bench', 'large', 'small'] as const;

/** Of every bench's installation: the data lives as long as the bench. */
export const MASTER_KEY = Buffer.alloc(32, 7);

export type BareEngine = {
  worker: RunWorker;
  /** Resolves to the run's id when it is durable. Default tenant: `bench`. */
  submit(agent: WorkflowName, input?: Json, tenant?: (typeof TENANTS)[number]): Promise<string>;
  /** Called when the worker lets a run go, whatever became of it. */
  onReleased(listener: () => void): void;
  stop(): Promise<void>;
};

/**
 * The engine without walls: the author's code in the worker's process, one middleware (the ledger), sealed and
 * chained as always. With a capacity of 0 it only submits.
 */
export async function startBareEngine(url: string, options: { capacity: number }): Promise<BareEngine> {
  const store = openStore({ url, role: 'bulkhead_worker', connections: 12 });
  const { pool } = store;
  const keys = new KeyRing(MASTER_KEY, wrappedKeysOf(store));
  await asOwner(url, async (owner) => {
    for (const id of TENANTS) await createTenant(owner, keys, { id, name: id });
  });
  const reviews = createReviewDesk({ pool, dataKey: (tenant, stream) => keys.dataKey(tenant, stream) });
  const refuse = async () => {
    throw new Error('the bench calls no model and no network');
  };
  const host = createInlineHost(workflows, refuse);
  const log = (_level: string, message: string, facts?: object) => console.error(message, facts ?? '');
  const doorbell = createNearDoorbell(openDoorbell(undefined, { url, log }));
  const creator = new RunCreator({ pool, keys, ring: doorbell.ring });
  let released = () => {};
  const worker = new RunWorker({
    url,
    pool,
    keys,
    clock: systemClock,
    capacity: options.capacity,
    doorbell,
    openJournal: () => new JournalWriter({ pool, clock: systemClock, ring: doorbell.ring }),
    hosts: { acquire: async () => ({ host, release: () => released() }), stop: async () => {} },
    chatHosts: refuse,
    services: {
      news: new RunNews(),
      toolGateway: createToolGateway([ledger({ desk: reviews, clock: systemClock })]),
      modelGateway: refuse,
      reviews,
      clock: systemClock,
      defaultModel: 'local',
      createChild: refuse,
      continueRun: refuse,
      cancelChildren: refuse,
      readChild: refuse,
      readSession: refuse,
      publishDelta: refuse,
      fileLateEffect: refuse,
    },
    log,
  });
  // A worker without room would still keep a lease and look for work.
  if (options.capacity > 0) await worker.start();
  return {
    worker,
    async submit(agent, input = {}, tenant = 'bench') {
      const { id } = await creator.create({
        id: uuidv7(),
        tenant,
        agent,
        kind: 'workflow',
        version: VERSION,
        principal: 'bench',
        lane: 'normal',
        budget: DEFAULT_BUDGET,
        input,
      });
      return id;
    },
    onReleased(listener) {
      released = listener;
    },
    async stop() {
      await worker.stop();
      await doorbell.close();
      await store.close();
    },
  };
}
