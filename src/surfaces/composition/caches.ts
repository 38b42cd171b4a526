import type pg from 'pg';
import type { Clock } from '../../contract/clock.ts';
import { BulkheadError } from '../../contract/errors.ts';
import { neverSent } from '../../contract/never-sent.ts';
import { NO_USAGE } from '../../contract/usage.ts';
import type { KeyRing } from '../../foundation/vault/index.ts';
import { embedText } from '../../gateways/model/local/index.ts';
import { type ModelRegistry, toProviderError } from '../../gateways/model/provider/index.ts';
import type { PriceBook } from '../../pillars/budget/price/index.ts';
import {
  type Caches,
  type CacheUses,
  createCacheStore,
  createCacheUses,
  createSemanticHits,
  type Embedder,
} from '../../pillars/cache/index.ts';
import type { KillSwitches } from '../../pillars/policy/index.ts';
import type { Log } from './log.ts';
import { createTenantKeys } from './tenant-keys.ts';

export type CachesOptions = {
  pool: pg.Pool;
  keys: KeyRing;
  models: Pick<ModelRegistry, 'resolveEmbedding'>;
  prices: Pick<PriceBook, 'priceOf'>;
  killSwitches: Pick<KillSwitches, 'current'>;
  clock: Clock;
  log: Log;
};

/** Makes the caches of a worker; whoever does starts and stops their counting. */
export function createCaches({
  pool,
  keys,
  models,
  prices,
  killSwitches,
  clock,
  log,
}: CachesOptions): Caches & { uses: CacheUses } {
  const tenantKey = createTenantKeys(pool, keys);
  return {
    store: createCacheStore({ pool, dataKey: (tenant, run) => keys.dataKey(tenant, run), tenantKey }),
    uses: createCacheUses({ pool }),
    hits: createSemanticHits({ pool, now: () => clock.now() }),
    embedderOf: (name) =>
      name === 'local' ? localEmbedder : remoteEmbedder(name, { models, prices, killSwitches }),
    onOff: (off) =>
      log(
        'warn',
        'The semantic cache of an agent serves nothing any more: too many of its hits were wrong.',
        off,
      ),
  };
}

const CHARACTERS_A_TOKEN = 4;
/** What models put before and after each text. */
const FRAME_TOKENS = 4;

const localEmbedder: Embedder = {
  // With a number, because another release may put texts elsewhere: its vectors are no match for these.
  name: 'local 1',
  priceOf: () => 0,
  tokensAtMost: () => 0,
  embed: async (texts) => ({ vectors: texts.map(embedText), tokens: 0 }),
};

function remoteEmbedder(
  name: string,
  { models, prices, killSwitches }: Pick<CachesOptions, 'models' | 'prices' | 'killSwitches'>,
): Embedder {
  return {
    name,
    priceOf(tokens) {
      try {
        return prices.priceOf({ model: name, usage: { ...NO_USAGE, inputTokens: tokens } }).usd;
      } catch {
        return undefined;
      }
    },
    // No token is shorter than a byte.
    tokensAtMost: (texts) => texts.reduce((sum, text) => sum + Buffer.byteLength(text) + FRAME_TOKENS, 0),
    async embed(texts, signal) {
      const switches = await killSwitches.current(signal);
      if (switches.some(({ target }) => target === `model:${name}`)) {
        throw neverSent(
          new BulkheadError({
            code: 'switched_off',
            message: `The embedding model "${name}" is switched off.`,
            status: 503,
            denied: true,
          }),
        );
      }
      const model = await models.resolveEmbedding(name);
      // Sorted, so that what a failure may have cost is known.
      const { embeddings, usage } = await model
        .doEmbed({ values: [...texts], abortSignal: signal })
        .then(undefined, (error: unknown) => {
          throw toProviderError(error, { model: name });
        });
      return {
        vectors: embeddings.map((vector) => Float32Array.from(vector)),
        // A provider that does not count is not free.
        tokens: usage?.tokens ?? Math.ceil(texts.join('').length / CHARACTERS_A_TOKEN),
      };
    },
  };
}
