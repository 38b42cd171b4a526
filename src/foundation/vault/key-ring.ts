import { randomBytes } from 'node:crypto';
import { BulkheadError } from '../../contract/errors.ts';
import { type DataKey, dataKeyFrom } from './data-key.ts';

/** Where wrapped keys are read from; rows are never changed, so what was read may be kept. */
export type WrappedKeys = {
  ofTenant(tenant: string): Promise<Buffer | undefined>;
  ofStream(tenant: string, stream: string): Promise<Buffer | undefined>;
};

/** A new data key, and the form in which it is stored. */
export type NewDataKey = { key: DataKey; wrapped: Buffer };

const CACHED_STREAMS = 10_000;
const KEY_BYTES = 32;

/**
 * Master key → tenant key → data key of a stream. Each is stored wrapped (sealed) by the one above.
 *
 * @example
 * const ring = new KeyRing(masterKey, wrappedKeys);
 * const key = await ring.dataKey('acme', runId);
 */
export class KeyRing {
  readonly #master: DataKey;
  readonly #wrapped: WrappedKeys;
  readonly #tenants = new Map<string, Promise<DataKey>>();
  /** By tenant and stream: a tenant that names another's stream is not given its key. */
  readonly #streams = new Map<string, DataKey>();

  constructor(masterKey: Uint8Array, wrapped: WrappedKeys) {
    this.#master = dataKeyFrom(masterKey);
    this.#wrapped = wrapped;
  }

  /** A fresh tenant key in its stored form. */
  newTenantKey(tenant: string): Buffer {
    return this.#master.seal(randomBytes(KEY_BYTES), tenantContext(tenant));
  }

  /** A fresh key for a stream. It is the stream's own only once `wrapped` is stored: until then nobody else may be given it. */
  async newDataKey(tenant: string, stream: string): Promise<NewDataKey> {
    const raw = randomBytes(KEY_BYTES);
    const wrapped = (await this.#tenantKey(tenant)).seal(raw, streamContext(tenant, stream));
    return { key: dataKeyFrom(raw), wrapped };
  }

  /** @throws BulkheadError `key_destroyed` when the stream's key is gone: its subject was erased. */
  async dataKey(tenant: string, stream: string): Promise<DataKey> {
    const held = this.#streams.get(streamContext(tenant, stream));
    if (held !== undefined) return held;
    const wrapped = await this.#wrapped.ofStream(tenant, stream);
    if (wrapped === undefined) {
      throw new BulkheadError({
        code: 'key_destroyed',
        message: `The content of ${stream} cannot be read any more: its key was destroyed. Its facts and proofs remain.`,
        status: 410,
      });
    }
    return this.keep(tenant, stream, await this.unwrap(tenant, stream, wrapped));
  }

  /** As {@link dataKey}, for a caller that already read the wrapped key, and will again: it is not kept. */
  async unwrap(tenant: string, stream: string, wrapped: Uint8Array): Promise<DataKey> {
    const held = this.#streams.get(streamContext(tenant, stream));
    if (held !== undefined) return held;
    const raw = (await this.#tenantKey(tenant)).open(wrapped, streamContext(tenant, stream));
    return dataKeyFrom(raw);
  }

  /** @throws BulkheadError `seal_broken` when the tenant's key was wrapped by another master key. */
  proveTenantKey(tenant: string, wrapped: Uint8Array): void {
    this.#master.open(wrapped, tenantContext(tenant));
  }

  /** Holds a stream's key. A new one may be held once its wrapped form has been stored. */
  keep(tenant: string, stream: string, key: DataKey): DataKey {
    if (this.#streams.size >= CACHED_STREAMS) {
      const oldest = this.#streams.keys().next();
      if (!oldest.done) this.#streams.delete(oldest.value);
    }
    this.#streams.set(streamContext(tenant, stream), key);
    return key;
  }

  #tenantKey(tenant: string): Promise<DataKey> {
    let key = this.#tenants.get(tenant);
    if (key === undefined) {
      key = this.#loadTenantKey(tenant);
      this.#tenants.set(tenant, key);
      // A failed load must not be remembered.
      key.catch(() => this.#tenants.delete(tenant));
    }
    return key;
  }

  async #loadTenantKey(tenant: string): Promise<DataKey> {
    const wrapped = await this.#wrapped.ofTenant(tenant);
    if (wrapped === undefined) {
      throw new BulkheadError({
        code: 'unknown_tenant',
        message: `There is no tenant "${tenant}".`,
        status: 404,
      });
    }
    return dataKeyFrom(this.#master.open(wrapped, tenantContext(tenant)));
  }
}

const tenantContext = (tenant: string) => `master|tenant|${tenant}`;
const streamContext = (tenant: string, stream: string) => `${tenant}|data_key|${stream}`;
