import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { Json } from '../../../contract/json.ts';
import type { Middleware } from '../../../contract/middleware.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { whenSuspended } from '../../../contract/when-suspended.ts';
import { Flights } from '../flights.ts';
import { quietly } from '../quietly.ts';
import type { CacheUses } from '../report/cache-uses.ts';
import { type CacheStore, targetsOf } from '../store/cache-store.ts';
import { beganAt, giveAgain, type KeptAnswer } from './give-again.ts';
import { type KeyParts, requestKey } from './request-key.ts';
import { isReusable } from './reusable.ts';

export type ExactCacheParts = KeyParts & {
  store: Pick<CacheStore, 'keyOf' | 'read' | 'write' | 'clearedSince'>;
  uses: Pick<CacheUses, 'count'>;
};

/** The clocks of workers and of the database differ by no more, ms: what was cleared within it may have been before. */
const CLOCK_SKEW = 60_000;

/**
 * Answers a request that was answered before, for definitions that declare `cache.exact`. Equal calls side by side in
 * one worker ask once. A step that goes on after its run has waited, for a batch perhaps, asks no cache, and fills it. A cache that cannot be read or written costs a call, and no run.
 */
export function exactCache({ store, uses, ...key }: ExactCacheParts): Middleware<ModelCall, ModelResponse> {
  const flights = new Flights<KeptAnswer>();
  const keep = async (
    call: ModelCall,
    named: Buffer,
    response: ModelResponse,
    askedAt: string,
    ttl: number,
  ) => {
    const { tenant, agent, id } = call.run;
    const value = response as unknown as Json;
    await store.write({ kind: 'exact', tenant, key: named, agent, run: id, value, askedAt, ttl });
  };
  const keepLate = async (call: ModelCall, response: ModelResponse, began: number, ttl: number) => {
    if (!isReusable(response, call)) return;
    const named = await store.keyOf(call.run.tenant, requestKey(call, key));
    await keep(call, named, response, new Date(began - CLOCK_SKEW).toISOString(), ttl);
  };

  return {
    name: 'cache',
    async handle(call, next) {
      const ttl = call.definition.cache?.exact;
      if (ttl === undefined) return next(call);
      const began = beganAt(call);
      if (began !== undefined) {
        const response = await next(call);
        await quietly(keepLate(call, response, began, ttl));
        return response;
      }
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
        if (lookup !== undefined) await quietly(keep(call, named, response, lookup.askedAt, ttl));
        return response;
      } finally {
        land();
      }
    },
  };
}
