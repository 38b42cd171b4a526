import type pg from 'pg';
import type { Clock } from '../../contract/clock.ts';
import type { Doorbell } from '../../contract/doorbell.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { Store } from '../../foundation/store/index.ts';
import type { KeyRing } from '../../foundation/vault/index.ts';
import { readRun } from '../api/runs/read-run.ts';
import { createSharedTransactions } from '../api/runs/shared-transactions.ts';
import type { SubmitParts } from '../api/runs/submit-run.ts';
import { createTenantStreams } from '../api/runs/tenant-streams.ts';
import type { Log } from '../composition/log.ts';
import { openBroker } from './brokers/open-broker.ts';
import type { IntakeSource } from './config/source.ts';
import { keepConsuming } from './keep-consuming.ts';
import { ReplySender } from './replies/reply-sender.ts';
import { createTake } from './take-message.ts';

export type StartIntakeOptions = {
  sources: readonly IntakeSource[];
  /** In the API's role: a message may do no more than a request. */
  store: Store;
  keys: KeyRing;
  /** In the worker's role: replies are of all tenants. */
  pool: pg.Pool;
  doorbell: Doorbell;
  models: SubmitParts['models'];
  allowLoopback: boolean;
  clock: Clock;
  log: Log;
};

/**
 * Takes messages of brokers and makes runs of them, and sends their results back. Any number of processes may do
 * that for the same queues.
 *
 * @example
 * const sources = await readIntakeConfig('intake.json', { environment: process.env, tenant: 'default' });
 * const intake = await startIntake({ sources, store, keys, pool, doorbell, models, allowLoopback, clock, log });
 * await intake.stop();
 * @throws BulkheadError `unknown_tenant`, `database_unreachable`
 */
export async function startIntake(options: StartIntakeOptions): Promise<{ stop(): Promise<void> }> {
  const { store, keys, clock, log } = options;
  const tenantStream = createTenantStreams(store, keys);
  // A source of a tenant that is not there would refuse every message.
  for (const source of options.sources) {
    await tenantStream(source.tenant).catch((error: unknown) => {
      throw isUnknownTenant(error) ? noSuchTenant(source) : error;
    });
  }

  const stopping = new AbortController();
  const { signal } = stopping;
  const together = createSharedTransactions(store);
  const parts = { ...options, tenantStream, together };
  const sources = options.sources.map((source) => ({ source, broker: openBroker(source, clock) }));
  const consuming = sources.map(({ source, broker }) =>
    keepConsuming(broker, createTake(source, parts, signal), { source: source.name, signal, clock, log }),
  );
  const replies = new ReplySender({
    pool: options.pool,
    sources,
    readRun: (tenant, run) => readRun(store, keys, tenant, run),
    clock,
    log,
  });
  replies.start();
  return {
    async stop() {
      stopping.abort();
      await Promise.all([...consuming, replies.stop()]);
      await Promise.all(sources.map(({ broker }) => broker.close()));
    },
  };
}

function isUnknownTenant(error: unknown): boolean {
  return BulkheadError.isInstance(error) && error.code === 'unknown_tenant';
}

function noSuchTenant({ name, tenant }: IntakeSource): BulkheadError {
  return new BulkheadError({
    code: 'unknown_tenant',
    message: `The source "${name}" of the intake file has the "tenant" "${tenant}", and there is no such tenant. Correct it, or leave it out so that the runs are the server's own tenant's, and start again.`,
    status: 404,
  });
}
