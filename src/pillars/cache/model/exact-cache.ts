import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { Json } from '../../../contract/json.ts';
import type { Middleware } from '../../../contract/middleware.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { whenSuspended } from '../../../contract/when-suspended.ts';
import { Flights } from '../flights.ts';
import { quietly } from '../quietly.ts';
import type { CacheUses } from '../report/cache-uses.ts';
import { type CacheStore, targetsOf } from '../store/cache-store.ts';
import { giveAgain, hasBegun, type KeptAnswer } from './give-again.ts';
import { type KeyParts, requestKey } from './request-key.ts';
import { isReusable } from './reusable.ts';

export type ExactCacheParts = KeyParts & {
  store: Pick<CacheStore, 'keyOf' | 'read' | 'write' | 'clearedSince'>;
  uses: Pick<CacheUses, 'count'>;
};

/**
 * Answers a request that was answered before, for definitions that declare `cache.exact`. Equal calls side by side in
 * one worker ask once. A cache that cannot be read or written costs a call, and no run.
 */
export function exactCache({ store, uses, ...key }: ExactCacheParts): Middleware<ModelCall, ModelResponse> {
  const flights = new Flights<KeptAnswer>();
  return {
    name: 'cache',
    async handle(call, next) {
      const ttl = call.definition.cache?.exact;
      if (ttl === undefined || hasBegun(call)) return next(call);
      const { tenant, agent, id } = call.run;
      const named = await quietly(store.keyOf(tenant, requestKey(call, key)));
      if (named === undefined) return next(call);
      const use = { tenant, agent, kind: 'exact' as const };
      const hit = (kept: KeptAnswer) => {
        const response = giveAgain(call, kept, { kind: 'exact' });
        uses.count({ ...use, saved: response.cached });
        return response;
      };

      const stands = async ({ askedAt }: KeptAnswer) =>
        askedAt !== undefined &&
        (await quietly(store.clearedSince(tenant, targetsOf(agent), askedAt))) === false;
      const flight = await flights.join(named.toString('hex'), call.signal, stands);
      if (flight.result !== undefined) return hit(flight.result);
      const { land } = flight;
      try {
        const lookup = await quietly(store.read(tenant, 'exact', named));
        if (lookup?.found !== undefined) {
          const { value, run } = lookup.found;
          const kept = { response: value as unknown as ModelResponse, run, askedAt: lookup.askedAt };
          land(kept);
          return hit(kept);
        }
        uses.count(use);
        const response = await next({ ...call, step: whenSuspended(call.step, () => land()) });
        if (!isReusable(response, call)) return response;
        land({ response, run: id, askedAt: lookup?.askedAt });
        if (lookup !== undefined) {
          const value = response as unknown as Json;
          const { askedAt } = lookup;
          await quietly(
            store.write({ kind: 'exact', tenant, key: named, agent, run: id, value, askedAt, ttl }),
          );
        }
        return response;
      } finally {
        land();
      }
    },
  };
}
