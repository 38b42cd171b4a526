import { mkdir } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Clock, systemClock } from '../contract/clock.ts';
import type { BulkheadError } from '../contract/errors.ts';
import { RunNews } from '../foundation/journal/index.ts';
import { createNearDoorbell, openDoorbell, parseBatchWindow } from '../foundation/queue/index.ts';
import { openStore, type Store, watchSchema } from '../foundation/store/index.ts';
import { knownSchema } from '../foundation/store/migrate.ts';
import { KeyRing, loadMasterKey, wrappedKeysBehindWall, wrappedKeysOf } from '../foundation/vault/index.ts';
import { createLocalModel } from '../gateways/model/local/index.ts';
import { createModelRegistry, detectDefaultModel } from '../gateways/model/provider/index.ts';
import { requireFreePort, serveApi } from './api/index.ts';
import { describeBundle } from './composition/describe-bundle.ts';
import { devKey } from './composition/dev-key.ts';
import type { Log } from './composition/log.ts';
import { readModelsFile } from './composition/models-file.ts';
import { migrations, openDatabase, prepareDatabase } from './composition/open-database.ts';
import type { Paces } from './composition/paces.ts';
import { readiness } from './composition/readiness.ts';
import { startRelay } from './composition/start-relay.ts';
import { type Pipelines, type StartedWorker, startWorker } from './composition/start-worker.ts';
import { TENANT } from './composition/tenant.ts';
import { warmModels } from './composition/warm-models.ts';
import { readIntakeConfig, startIntake } from './intake/index.ts';

export type ServerOptions = {
  environment: Record<string, string | undefined>;
  /** The data folder: keys, bundles, the embedded database. */
  home: string;
  api: boolean;
  worker: boolean;
  /** `bulkhead dev`: loopback may be fetched and called, and a key is made. */
  dev: boolean;
  /** The file that says which queues runs come from. Default, with an API: `BULKHEAD_INTAKE`. */
  intake?: string;
  host?: string;
  /** 0 chooses a free one. Default 7460. */
  port?: number;
  /** What the first model call of a worker needs is loaded at its start, and not while a run waits. Default true. */
  warmUp?: boolean;
  log: Log;
  clock?: Clock;
  /** Runs at once in this worker. Default 100. */
  capacity?: number;
  /** For tests, which have no time to wait. */
  paces?: Paces;
  /** For tests of processes of other versions: the folder of their migrations. */
  migrations?: string;
  /** For tests of the controls: what is not in the pipeline does not work. */
  shapePipelines?: (pipelines: Pipelines) => Pipelines;
};

export type RunningServer = {
  /** Of the API; absent in a process that has none. */
  url: string | undefined;
  /** The model of agents that name none, and why. */
  model: { model: string; because: string };
  /** An embedded database that was still up was adopted. */
  adopted: boolean;
  devKey: string | undefined;
  /** Resolves when a later version has taken the database over: everything here has been handed back and stopped. */
  outdated: Promise<BulkheadError>;
  stop(): Promise<void>;
};

/**
 * Composes and starts a process of Bulkhead: the API, a worker, or both. The one place where all parts meet.
 *
 * @throws BulkheadError `home_in_use`, `port_in_use`, `database_unreachable`, `missing_master_key`, …
 * @example
 * const server = await startServer({ environment: process.env, home: '.bulkhead', api: true, worker: true, dev: true, log });
 * await server.stop();
 */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { environment, log } = options;
  const clock = options.clock ?? systemClock;
  const home = resolve(options.home);
  const closing: (() => Promise<void>)[] = [];
  // In reverse: what was started last leans on what was started first.
  const stop = async () => {
    for (const close of closing.splice(0).reverse()) {
      await close().catch((error: unknown) => log('error', `While stopping: ${String(error)}`));
    }
  };
  try {
    const intakeFile = options.intake ?? (options.api ? environment.BULKHEAD_INTAKE : undefined);
    const nights = environment.BULKHEAD_BATCH_WINDOW;
    const batchWindow = nights === undefined || nights === '' ? undefined : parseBatchWindow(nights);
    const sources = await readIntakeConfig(intakeFile, { environment, tenant: TENANT.id });
    const modelsFile = await readModelsFile(environment.BULKHEAD_MODELS);
    const address = { host: options.host ?? '127.0.0.1', port: options.port ?? 7460 };
    if (options.api) await requireFreePort(address);
    // The embedded database makes the folder itself, because its server may have to run as another user.
    if (environment.DATABASE_URL !== undefined) await mkdir(home, { recursive: true, mode: 0o700 });
    const database = await openDatabase({
      environment,
      home,
      supervise: options.api,
      log: (line) => log('info', line, { from: 'database' }),
    });
    closing.push(database.stop);
    // A key that is made silently belongs to data that is made here; a shared database needs a shared key.
    const create = environment.DATABASE_URL === undefined || options.dev;
    const masterKey = await loadMasterKey({ environment, home, create });

    const { url } = database;
    const known = await knownSchema(options.migrations ?? migrations);
    const workerStore = openStore({ url, role: 'bulkhead_worker', connections: 12, schema: known });
    closing.push(workerStore.close);
    const workerKeys = new KeyRing(masterKey, wrappedKeysOf(workerStore));
    await prepareDatabase(url, workerKeys, TENANT, options.migrations);

    const doorbell = createNearDoorbell(openDoorbell(environment.BULKHEAD_DOORBELL, { url, log }));
    closing.push(doorbell.close);
    const models = createModelRegistry({ environment, local: createLocalModel });
    closing.push(models.close);
    const model = await detectDefaultModel({ environment });
    const { warmUp = true } = options;
    if (options.worker && warmUp) await warmModels(models, model.model);
    const allowLoopback = options.dev;
    const news = new RunNews();

    let worker: StartedWorker | undefined;
    if (options.worker) {
      worker = await startWorker({
        url,
        store: workerStore,
        keys: workerKeys,
        home,
        doorbell,
        news,
        models,
        defaultModel: model.model,
        prices: modelsFile.prices,
        windows: modelsFile.windows,
        routing: modelsFile.routing,
        providers: modelsFile.providers,
        allowLoopback,
        clock,
        log,
        ...(options.capacity === undefined ? {} : { capacity: options.capacity }),
        ...(options.paces === undefined ? {} : { paces: options.paces }),
        ...(batchWindow === undefined ? {} : { batchMayStart: () => batchWindow(clock.now()) }),
        ...(options.shapePipelines === undefined ? {} : { shapePipelines: options.shapePipelines }),
      });
      closing.push(worker.stop);
    }
    let served: string | undefined;
    let key: string | undefined;
    if (options.api) {
      const apiUrl = environment.DATABASE_URL_API ?? url;
      const store: Store = openStore({ url: apiUrl, role: 'bulkhead_api' });
      closing.push(store.close);
      const keys = new KeyRing(masterKey, wrappedKeysBehindWall(store));
      if (options.dev) key = await devKey({ home, store, keys, tenant: TENANT.id, clock });
      const relay = startRelay({ environment, store, pool: workerStore.pool, clock });
      if (relay !== undefined) closing.push(relay.close);
      const api = await serveApi(
        {
          store,
          keys,
          doorbell,
          news,
          ...(worker === undefined ? {} : { begin: worker.begin }),
          databaseUrl: apiUrl,
          describeBundle: (code) => describeBundle(code, (line) => log('info', line, { from: 'code' })),
          models: { check: (name) => models.check(name), defaultModel: model.model },
          ...(modelsFile.routing.quality === undefined ? {} : { routeQuality: modelsFile.routing.quality }),
          allowLoopback,
          readiness: () => readiness(store, worker),
          clock,
          log: {
            error: (facts, message) => log('error', message, { ...facts }),
            warn: (facts, message) => log('warn', message, { ...facts }),
          },
        },
        address,
        relay,
      );
      closing.push(api.close);
      served = api.url;
    }
    if (sources.length > 0) {
      const store = openStore({ url: environment.DATABASE_URL_API ?? url, role: 'bulkhead_api' });
      closing.push(store.close);
      const intake = await startIntake({
        sources,
        store,
        keys: new KeyRing(masterKey, wrappedKeysBehindWall(store)),
        pool: workerStore.pool,
        doorbell,
        models: { check: (name) => models.check(name), defaultModel: model.model },
        allowLoopback,
        clock,
        log,
      });
      closing.push(intake.stop);
    }
    const outdated = new Promise<BulkheadError>((resolve) => {
      const onOutdated = (error: BulkheadError) => {
        log('error', error.message);
        void stop().then(() => resolve(error));
      };
      closing.push(async () => watch.stop());
      const watch = watchSchema({ pool: workerStore.pool, known, onOutdated });
    });
    return { url: served, model, adopted: database.adopted, devKey: key, outdated, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
