import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Clock } from '../../contract/clock.ts';
import type { Doorbell } from '../../contract/doorbell.ts';
import type { BundleManifest } from '../../contract/manifest.ts';
import type { Principal } from '../../contract/principal.ts';
import type { RunNews, Stream } from '../../foundation/journal/index.ts';
import type { NamedRun } from '../../foundation/queue/index.ts';
import type { Store } from '../../foundation/store/index.ts';
import type { KeyRing } from '../../foundation/vault/index.ts';
import type { ChatCall } from './chat/chat-call.ts';
import type { InTransaction } from './runs/shared-transactions.ts';
import type { RunWatcher } from './watch/run-watcher.ts';

/** What `/readyz` answers. */
export type Readiness = {
  ready: boolean;
  /** Each by name: `{ database: { ok: true }, worker: { ok: false, detail: 'No worker has a lease.' } }`. */
  checks: Record<string, { ok: boolean; detail?: string }>;
  /** What is not as it should be in production, one sentence each. */
  warnings: string[];
};

/** A pino logger, or anything alike. */
export type Log = {
  error(fields: object, message: string): void;
  warn(fields: object, message: string): void;
};

/** What the API is made of. */
export type ApiParts = {
  /** In the role `bulkhead_api`. */
  store: Store;
  keys: KeyRing;
  /** Rung once a run that is ready, or a message for a run, is committed. */
  doorbell: Doorbell;
  /** Makes a run that this process's worker has from the start; false: submit it. Absent where there is no worker. */
  begin?: (run: NamedRun) => Promise<boolean>;
  /** What runs of this process's worker say, and how they end, at once. */
  news: RunNews;
  /** For LISTEN: text of models travels by NOTIFY. */
  databaseUrl: string;
  /**
   * Loads the code in a code host and says what it defines.
   * Rejects with a BulkheadError `invalid_definition` that names what is wrong.
   */
  describeBundle: (code: Buffer) => Promise<BundleManifest>;
  models: {
    /** Throws a BulkheadError `unknown_model` or `missing_key`. */
    check: (name: string) => void | Promise<void>;
    /** For definitions that name no model. */
    defaultModel: string;
  };
  /** What answers must come to where a route is trained, as the operator says it. Default 0.95. */
  routeQuality?: number;
  /** Webhooks may go to this machine; only `bulkhead dev` sets it. */
  allowLoopback: boolean;
  readiness: () => Promise<Readiness>;
  clock: Clock;
  log: Log;
};

/** The parts, and what the API made of them for its routes. */
export type RouteParts = ApiParts & {
  watcher: RunWatcher;
  chat: ChatCall;
  /** The tenant's own stream; read once. Its key ring then has the tenant's key, so call it before a transaction. */
  tenantStream: (tenant: string) => Promise<Stream>;
  /** A transaction of the tenant's. */
  alone: InTransaction;
  /** A transaction of the tenant's that others may share: see `createSharedTransactions`. */
  together: InTransaction;
};

/** What a request carries through its middlewares. */
export type ApiEnv = { Variables: { principal: Principal; requestId: string } };

export type ApiApp = OpenAPIHono<ApiEnv>;
