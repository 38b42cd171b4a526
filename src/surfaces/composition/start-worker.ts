import { join } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import type { Doorbell } from '../../contract/doorbell.ts';
import type { ModelCall, ToolCall, ToolResult } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { ModelResponse } from '../../contract/model.ts';
import { JournalWriter, publishDelta, type RunNews } from '../../foundation/journal/index.ts';
import { continueRun, type NamedRun, RunCreator } from '../../foundation/queue/index.ts';
import { keepPartitions } from '../../foundation/queue/retention/index.ts';
import type { Store } from '../../foundation/store/index.ts';
import type { KeyRing } from '../../foundation/vault/index.ts';
import {
  BatchSender,
  type BatchSize,
  createBatchRequests,
  createBatchWork,
  createPackScope,
} from '../../gateways/model/batch/index.ts';
import { createModelGateway, modelPipeline } from '../../gateways/model/index.ts';
import { hasBatches, type ModelRegistry, providers } from '../../gateways/model/provider/index.ts';
import { createToolGateway, toolPipeline } from '../../gateways/tool/index.ts';
import { loadPriceBook, type PriceOverrides } from '../../pillars/budget/price/index.ts';
import {
  createReclaim,
  createSlices,
  createSpendLimits,
  loadSpendLimits,
  SpendLedger,
  warnOfBudget,
} from '../../pillars/budget/spend/index.ts';
import { estimateTokens } from '../../pillars/budget/tokens/index.ts';
import { WebhookSender, webhookSecret } from '../../pillars/channel/index.ts';
import { tenantStream } from '../../pillars/identity/index.ts';
import { createKillSwitches, loadKillSwitches } from '../../pillars/policy/index.ts';
import { loadBundle, loadManifest } from '../../pillars/release/index.ts';
import { Circuits, createHealthTable } from '../../pillars/resilience/index.ts';
import { createReviewDesk } from '../../pillars/review/index.ts';
import type { OperatorModels } from '../../pillars/routing/index.ts';
import {
  createTokenCounter,
  type DeclaredWindows,
  loadModelWindows,
  promptLimit,
} from '../../pillars/window/index.ts';
import { createChatHosts } from '../../run/chat/chat-hosts.ts';
import { createBundleFiles } from '../../run/code/bundle-files.ts';
import { createHostPool } from '../../run/code/host-pool.ts';
import { createNetworkFetch } from '../../run/code/network-fetch.ts';
import { cancelChildren, createChild } from '../../run/executor/child-runs.ts';
import { fileLateEffect } from '../../run/executor/late-effect.ts';
import { readChild } from '../../run/executor/read-child.ts';
import { createSessionReader } from '../../run/executor/read-session.ts';
import { ScheduleTicker } from '../../run/schedule/index.ts';
import { RunWorker } from '../../run/worker/worker.ts';
import { createCaches } from './caches.ts';
import type { Log } from './log.ts';
import type { ProviderSettings } from './models-file.ts';
import type { Paces } from './paces.ts';
import { createRoutes } from './routes.ts';
import { createSubmitTick } from './submit-tick.ts';
import { createTenantKeys } from './tenant-keys.ts';

/** The two pipelines, as a test may look at them and take a middleware out. */
export type Pipelines = {
  tool: readonly Middleware<ToolCall, ToolResult>[];
  model: readonly Middleware<ModelCall, ModelResponse>[];
};

export type StartWorkerOptions = {
  url: string;
  store: Store;
  keys: KeyRing;
  home: string;
  doorbell: Doorbell;
  /** What this process's API hears at once of its runs. */
  news: RunNews;
  /** Whether runs of the lane `batch` may start now. Default: always. */
  batchMayStart?: () => boolean;
  models: ModelRegistry;
  defaultModel: string;
  /** The operator's prices of models. */
  prices?: PriceOverrides;
  /** What the operator says about providers. */
  providers?: Readonly<Record<string, ProviderSettings>>;
  /** What the operator says that models take. */
  windows?: DeclaredWindows;
  /** What the operator says of models and tenants. */
  routing?: OperatorModels;
  allowLoopback: boolean;
  clock: Clock;
  log: Log;
  capacity?: number;
  /** For tests, which have no time to wait. */
  paces?: Paces;
  /** For tests of the controls: what is not in the pipeline does not work. */
  shapePipelines?: (pipelines: Pipelines) => Pipelines;
};

export type StartedWorker = {
  readonly ready: boolean;
  /** Makes a run that this worker has from the start; false: submit it. */
  begin: (run: NamedRun) => Promise<boolean>;
  stop(): Promise<void>;
};

/** A worker: the two gateways with all their middlewares, the code hosts, the executor, the webhook sender. */
export async function startWorker(options: StartWorkerOptions): Promise<StartedWorker> {
  const { store, keys, clock, log, doorbell, paces = {} } = options;
  const { pool } = store;
  const dataKey = (tenant: string, stream: string) => keys.dataKey(tenant, stream);
  const creator = new RunCreator({ pool, keys, ring: doorbell.ring });
  const killSwitches = createKillSwitches({ load: () => loadKillSwitches(pool), clock });
  const reviews = createReviewDesk({ pool, dataKey });
  const prices = await loadPriceBook({ overrides: options.prices ?? {}, now: () => clock.now() });
  const windows = await loadModelWindows({ declared: options.windows ?? {} });
  const network = createNetworkFetch({ allowLoopback: options.allowLoopback });

  // Nobody asks for it before the worker is there.
  const epoch = () => worker.epoch;
  const spendLimits = createSpendLimits({ load: () => loadSpendLimits(pool, epoch()), clock });
  const spendLedger = new SpendLedger({
    slices: createSlices(pool, epoch),
    clock,
    confirm: spendLimits.fresh,
    reclaim: createReclaim({ pool, clock, grace: paces.reclaimAfter }),
    onWarning: (limit, told) => {
      const { tenant, agent, period, unit } = limit;
      log('warn', 'Four fifths of a budget are spent.', { tenant, agent, period, unit });
      tenantStream(pool, keys, tenant)
        .then((stream) => warnOfBudget(pool, { stream, limit, told, now: clock.now() }))
        .catch((error: unknown) => log('warn', 'A warning was not recorded.', { error: String(error) }));
    },
    onFailure: (error) =>
      log('warn', 'The budgets of tenants cannot be asked now.', { error: String(error) }),
  });
  const spend = { limits: spendLimits, ledger: spendLedger };

  const circuits = new Circuits({
    table: createHealthTable(pool),
    clock,
    log: (message, facts) => log('warn', message, facts),
  });
  const concurrencyLimits = limitsOf(options.providers ?? {});

  const caches = createCaches({ pool, keys, models: options.models, prices, killSwitches, clock, log });

  const learned = createRoutes({ pool, keys, clock, operator: options.routing });

  const tenantKey = createTenantKeys(pool, keys);
  const batches = {
    requests: createBatchRequests({ pool, dataKey }),
    packOf: createPackScope(tenantKey),
    takesBatches: (model: string) => takesBatches(options.models, model),
  };
  const batchSender = new BatchSender({
    work: createBatchWork({ pool, dataKey, ring: (run) => doorbell.ring(run) }),
    sizes: batchSizes(options.providers ?? {}),
    batchesOf: (model) => options.models.batches(model),
    paces: paces.batches,
    clock,
    log: (message, facts) => log('warn', message, facts),
  });

  const composed: Pipelines = {
    tool: toolPipeline({ killSwitches, desk: reviews, spend, caches, samples: learned.samples, clock }),
    model: modelPipeline({
      killSwitches,
      prices,
      spend,
      windows,
      routes: learned,
      caches,
      circuits,
      concurrencyLimits,
      batches,
      clock,
    }),
  };
  const pipelines = options.shapePipelines?.(composed) ?? composed;

  const hosts = createHostPool({
    bundles: createBundleFiles({
      folder: join(options.home, 'bundles'),
      load: (tenant, version) => loadBundle(pool, tenant, version),
    }),
    manifestOf: (tenant, version) => loadManifest(pool, tenant, version),
    networkFetch: network.fetch,
    unresponsiveAfter: paces.codeUnresponsiveAfter,
    log: (tenant, version, line) =>
      log('info', line, { tenant, version: version.slice(0, 12), from: 'code' }),
  });

  const worker = new RunWorker({
    url: options.url,
    pool,
    keys,
    hosts,
    chatHosts: createChatHosts((tenant, version) => loadManifest(pool, tenant, version)),
    clock,
    log,
    doorbell,
    openJournal: () =>
      new JournalWriter({
        pool,
        clock,
        ring: doorbell.ring,
        onAway: (reason) => {
          if (reason === undefined) log('info', 'The database takes what runs record again.');
          else log('warn', reason.message);
        },
      }),
    services: {
      toolGateway: createToolGateway(pipelines.tool),
      modelGateway: createModelGateway(pipelines.model, options.models),
      reviews,
      clock,
      onDatabaseFailure: (reason) => log('warn', reason.message),
      defaultModel: options.defaultModel,
      createChild: (run) => createChild({ pool, creator }, run),
      continueRun: (client, run) => continueRun(client, keys, run),
      cancelChildren: (parent, children) => cancelChildren({ pool, doorbell }, parent, children),
      readChild: (tenant, run) => readChild(pool, keys, tenant, run),
      readSession: createSessionReader({
        pool,
        keys,
        counter: createTokenCounter(estimateTokens),
        limitOf: (definition) => promptLimit(definition, windows, options.defaultModel),
      }),
      news: options.news,
      publishDelta: (run, delta) => publishDelta(pool, run, delta),
      fileLateEffect: (run, effect) => fileLateEffect({ pool, doorbell }, run, effect),
    },
    ...(options.capacity === undefined ? {} : { capacity: options.capacity }),
    ...(options.batchMayStart === undefined ? {} : { batchMayStart: options.batchMayStart }),
  });
  const webhooks = new WebhookSender({
    pool,
    secretOf: async (tenant) => webhookSecret((await tenantStream(pool, keys, tenant)).key),
    allowLoopback: options.allowLoopback,
    pauses: paces.webhookPauses,
    clock,
    log: { warn: (facts, message) => log('warn', message, { ...facts }) },
  });

  const schedules = new ScheduleTicker({
    pool,
    keys,
    submit: createSubmitTick({
      keys,
      models: { check: (name) => options.models.check(name), defaultModel: options.defaultModel },
      allowLoopback: options.allowLoopback,
    }),
    ring: () => doorbell.ring(),
    lookEvery: paces.scheduleLookEvery,
    onFailure: (error, schedule) =>
      log('warn', 'A schedule could not be looked at; it stays due.', { schedule, error: String(error) }),
  });

  killSwitches.start();
  spendLedger.start();
  circuits.start();
  webhooks.start();
  batchSender.start();
  caches.uses.start();
  learned.routes.start();
  const partitions = keepPartitions({ pool, log });
  await worker.start();
  schedules.start();
  return {
    get ready() {
      return worker.ready;
    },
    begin: (run) => worker.begin(run),
    async stop() {
      await schedules.stop();
      await batchSender.stop();
      await worker.stop(paces.stopGrace);
      await spendLedger.stop();
      killSwitches.stop();
      await circuits.stop();
      await caches.uses.stop();
      learned.routes.stop();
      await learned.samples.settled();
      partitions.stop();
      await Promise.all([webhooks.stop(), hosts.stop(), network.close()]);
    },
  };
}

function takesBatches(models: Pick<ModelRegistry, 'batches'>, model: string): boolean {
  try {
    return models.batches(model) !== undefined;
  } catch {
    // The call itself says what is missing.
    return false;
  }
}

/** A batch is handed over at so many requests, or so long after the first of them. */
const BATCH_REQUESTS = 500;
const BATCH_SECONDS = 60;

/** For every provider that has a batch interface. */
function batchSizes(settings: Readonly<Record<string, ProviderSettings>>): Map<string, BatchSize> {
  const named = [...providers.keys()].filter(hasBatches);
  return new Map(
    named.map((name) => {
      const { requests = BATCH_REQUESTS, seconds = BATCH_SECONDS } = settings[name]?.batch ?? {};
      return [name, { requests, after: seconds * 1_000 }];
    }),
  );
}

function limitsOf(providers: Readonly<Record<string, ProviderSettings>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(providers).flatMap(([name, { concurrency }]) =>
      concurrency === undefined ? [] : [[name, concurrency]],
    ),
  );
}
