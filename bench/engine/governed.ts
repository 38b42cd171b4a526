import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { uuidv7 } from 'uuidv7';
import { DEFAULT_BUDGET } from '../../src/contract/budget.ts';
import { systemClock } from '../../src/contract/clock.ts';
import { RunNews } from '../../src/foundation/journal/index.ts';
import { createNearDoorbell, openDoorbell, RunCreator } from '../../src/foundation/queue/index.ts';
import { inTenant, openStore } from '../../src/foundation/store/index.ts';
import { createTenant, KeyRing, wrappedKeysOf } from '../../src/foundation/vault/index.ts';
import { createLocalModel } from '../../src/gateways/model/local/index.ts';
import { createModelRegistry } from '../../src/gateways/model/provider/index.ts';
import { tenantStream } from '../../src/pillars/identity/index.ts';
import { registerBundle } from '../../src/pillars/release/index.ts';
import { buildBundle } from '../../src/run/bundle/index.ts';
import { describeBundle } from '../../src/surfaces/composition/describe-bundle.ts';
import { startWorker } from '../../src/surfaces/composition/start-worker.ts';
import { closeAtEnd } from '../closing.ts';
import { asOwner } from '../database-server.ts';
import { MASTER_KEY } from './bare-engine.ts';

const TENANT = 'bench';
const project = fileURLToPath(new URL('./governed/', import.meta.url));
const log = (level: string, message: string, facts?: object) => {
  if (level !== 'info') console.error(message, facts ?? '');
};

export type GovernedWorker = { submit(): Promise<unknown>; stop(): Promise<void> };

/**
 * A worker as a server composes it: both gateways with all their middlewares, and the author's code, from a bundle
 * that was built and registered as `bulkhead deploy` does, in a code host of its own.
 */
export async function startGovernedWorker(url: string, capacity: number): Promise<GovernedWorker> {
  const home = await mkdtemp(join(tmpdir(), 'bulkhead-bench-'));
  const removed = closeAtEnd(() => rm(home, { recursive: true, force: true }));
  const store = openStore({ url, role: 'bulkhead_worker', connections: 12 });
  const keys = new KeyRing(MASTER_KEY, wrappedKeysOf(store));
  await asOwner(url, (owner) => createTenant(owner, keys, { id: TENANT, name: 'Bench' }));
  const version = await deploy(url, keys);
  const doorbell = createNearDoorbell(openDoorbell(undefined, { url, log }));
  const models = createModelRegistry({ environment: {}, local: createLocalModel });
  const worker = await startWorker({
    url,
    store,
    keys,
    home,
    doorbell,
    news: new RunNews(),
    models,
    defaultModel: 'local',
    allowLoopback: false,
    clock: systemClock,
    log,
    capacity,
  });
  const creator = new RunCreator({ pool: store.pool, keys, ring: doorbell.ring });
  let orders = 0;
  return {
    submit() {
      orders += 1;
      return creator.create({
        id: uuidv7(),
        tenant: TENANT,
        agent: 'governed',
        kind: 'workflow',
        version,
        principal: 'bench',
        lane: 'normal',
        budget: DEFAULT_BUDGET,
        input: { order: orders },
      });
    },
    async stop() {
      await worker.stop();
      await doorbell.close();
      await models.close();
      await store.close();
      await removed();
    },
  };
}

async function deploy(url: string, keys: KeyRing): Promise<string> {
  const { code } = await buildBundle(project);
  const manifest = await describeBundle(code, () => {});
  const store = openStore({ url, role: 'bulkhead_api', connections: 2 });
  try {
    const stream = await tenantStream(store, keys, TENANT);
    const bundle = { stream, principal: 'bench', code, manifest, now: Date.now() };
    return (await inTenant(store, TENANT, (client) => registerBundle(client, bundle))).version;
  } finally {
    await store.close();
  }
}
