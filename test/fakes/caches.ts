import type { Json } from '../../src/contract/json.ts';
import { canonicalJson } from '../../src/contract/json.ts';
import { embedText } from '../../src/gateways/model/local/index.ts';
import type {
  CacheStore,
  Caches,
  Embedder,
  SemanticCacheParts,
  SemanticHits,
} from '../../src/pillars/cache/index.ts';
import { ManualClock } from './manual-clock.ts';

type Kept = Parameters<CacheStore['write']>[0] & { at: number; refreshing?: true };
export type LoggedHit = Parameters<SemanticHits['log']>[0];

/** Of what {@link CacheStore.read} told, or of a timestamp. */
const timeOf = (askedAt: string) => (/^\d+$/.test(askedAt) ? Number(askedAt) : Date.parse(askedAt));

/** Caches in memory, by a clock that a test moves. */
export type FakeCaches = Caches &
  Pick<SemanticCacheParts, 'spendOnEmbeddings'> & {
    entries: Map<string, Kept>;
    logged: LoggedHit[];
    /** Hits and misses, in order: `'exact hit'`. */
    asked: string[];
    off: { agent: string; judged: number; wrong: number }[];
  };

export const localEmbedder: Embedder = {
  name: 'local',
  priceOf: () => 0,
  tokensAtMost: () => 0,
  embed: async (texts) => ({ vectors: texts.map(embedText), tokens: 0 }),
};

export function fakeCaches({
  clock = new ManualClock(),
  embedder = localEmbedder,
}: {
  clock?: ManualClock;
  embedder?: Embedder;
} = {}): FakeCaches {
  const entries = new Map<string, Kept>();
  const cleared = new Map<string, number>();
  const logged: LoggedHit[] = [];
  const asked: string[] = [];
  const off: FakeCaches['off'] = [];
  const nameOf = (tenant: string, kind: string, key: Buffer) => `${tenant} ${kind} ${key.toString('hex')}`;
  const stands = ({ at, ttl, stale = 0, agent, tags = [], askedAt }: Kept) =>
    at + ttl + stale > clock.now() &&
    ![`agent:${agent}`, ...tags.map((tag) => `tag:${tag}`)].some(
      (target) => (cleared.get(target) ?? -1) >= timeOf(askedAt),
    );
  const store: CacheStore = {
    keyOf: async (tenant, value) => Buffer.from(canonicalJson([tenant, value])),
    async read(tenant, kind, key) {
      const askedAt = String(clock.now());
      const kept = entries.get(nameOf(tenant, kind, key));
      if (kept === undefined || !stands(kept)) return { askedAt };
      const value = JSON.parse(JSON.stringify(kept.value)) as Json;
      return { askedAt, found: { value, run: kept.run, fresh: kept.at + kept.ttl > clock.now() } };
    },
    async write(entry) {
      entries.set(nameOf(entry.tenant, entry.kind, entry.key), { ...entry, at: clock.now() });
    },
    async readScope(tenant, scope, known) {
      const inScope = [...entries.values()].filter(
        (kept) => kept.tenant === tenant && kept.scope?.equals(scope) === true && stands(kept),
      );
      return {
        askedAt: String(clock.now()),
        entries: inScope.map(({ key, run, value }) => ({
          key: key.toString('hex'),
          run,
          ...(known.includes(key.toString('hex')) ? {} : { value }),
        })),
      };
    },
    clearedSince: async (_, targets, askedAt) =>
      targets.some((target) => (cleared.get(target) ?? -1) >= timeOf(askedAt)),
    async claimRefresh(tenant, key) {
      const kept = entries.get(nameOf(tenant, 'tool', key));
      if (kept === undefined || kept.refreshing || kept.at + kept.ttl > clock.now()) return false;
      kept.refreshing = true;
      return true;
    },
    async clear(_, targets) {
      for (const target of targets) cleared.set(target, clock.now());
      return 0;
    },
  };
  return {
    ...{ store, entries, logged, asked, off },
    uses: { count: ({ kind, saved }) => void asked.push(`${kind} ${saved === undefined ? 'miss' : 'hit'}`) },
    hits: {
      log: async (hit) => void logged.push(hit),
      judged: async (_, definition) =>
        logged
          .filter((hit) => hit.definition === definition && hit.wrong !== undefined)
          .map(({ similarity, margin, wrong }) => ({ similarity, margin, wrong: wrong === true })),
    },
    embedderOf: () => embedder,
    spendOnEmbeddings: (_, __, ask) => ask(),
    onOff: (told) => void off.push(told),
  };
}
