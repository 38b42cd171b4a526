import type { CacheUses } from './report/cache-uses.ts';
import type { SemanticCacheParts } from './semantic/semantic-cache.ts';
import type { SemanticHits } from './semantic/semantic-hits.ts';
import type { CacheStore } from './store/cache-store.ts';

/** What the caches of both gateways are made of. */
export type Caches = Pick<SemanticCacheParts, 'embedderOf' | 'onOff'> & {
  store: CacheStore;
  uses: Pick<CacheUses, 'count'>;
  hits: SemanticHits;
};
