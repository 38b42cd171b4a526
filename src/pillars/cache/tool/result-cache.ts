import type { ToolCall, ToolResult } from '../../../contract/gateway-call.ts';
import type { Json } from '../../../contract/json.ts';
import type { Middleware, Next } from '../../../contract/middleware.ts';
import { whenSuspended } from '../../../contract/when-suspended.ts';
import { Flights } from '../flights.ts';
import { quietly } from '../quietly.ts';
import type { CacheUses } from '../report/cache-uses.ts';
import { type CacheStore, targetsOf } from '../store/cache-store.ts';
import { behind } from './behind.ts';

export type ResultCacheParts = {
  store: Pick<CacheStore, 'keyOf' | 'read' | 'write' | 'claimRefresh' | 'clearedSince'>;
  uses: Pick<CacheUses, 'count'>;
  /** Of the guards that looked at the result: what an older one let through is not given again. */
  guardVersion: string;
};

/** A result, and the database's time at which the tool was asked for it, where that is known. */
type Fetched = { result: ToolResult; askedAt: string | undefined };

/**
 * Gives a result again that a tool gave before to the same input, for tools that only read and declare `cache`. Equal
 * calls side by side in one worker run once. A result past its time is given once more within
 * `staleWhileRevalidate`, and fetched anew behind the call, by one worker.
 */
export function resultCache({
  store,
  uses,
  guardVersion,
}: ResultCacheParts): Middleware<ToolCall, ToolResult> {
  const flights = new Flights<Fetched>();

  /** Runs the tool and keeps what it says. */
  const fetch = async (
    call: ToolCall,
    next: Next<ToolCall, ToolResult>,
    { key, askedAt }: { key: Buffer; askedAt: string | undefined },
  ): Promise<ToolResult> => {
    const { run, tool } = call;
    const result = await next(call);
    if (tool.cache !== undefined && askedAt !== undefined) {
      const { ttl, staleWhileRevalidate: stale, tags } = tool.cache;
      const value = result as unknown as Json;
      const { tenant, agent, id } = run;
      await quietly(
        store.write({ kind: 'tool', tenant, key, agent, tags, run: id, value, askedAt, ttl, stale }),
      );
    }
    return result;
  };

  const refresh = async (call: ToolCall, next: Next<ToolCall, ToolResult>, key: Buffer, askedAt: string) => {
    if (!(await store.claimRefresh(call.run.tenant, key, call.tool.timeout))) return;
    await fetch(behind(call), next, { key, askedAt });
  };

  return {
    name: 'result-cache',
    async handle(call, next) {
      const { tool, run, step } = call;
      if (tool.cache === undefined || tool.effect !== 'read' || call.compensates !== undefined)
        return next(call);
      if (step.entries.some(({ meta }) => meta.kind === 'tool.started')) return next(call);
      const key = await quietly(store.keyOf(run.tenant, { ...whatItDependsOn(call), guard: guardVersion }));
      if (key === undefined) return next(call);
      const use = { tenant: run.tenant, agent: run.agent, kind: 'tool' as const };
      const again = (result: ToolResult, cached: 'fresh' | 'stale'): ToolResult => {
        // A stale one is paid for once more, behind the call.
        const savedUsd = cached === 'fresh' ? (tool.cost ?? 0) : 0;
        uses.count({ ...use, saved: { savedTokens: 0, savedUsd } });
        return { ...result, cached };
      };

      const targets = targetsOf(run.agent, tool.cache.tags);
      // Who asks after a tag was cleared is not told what was read before.
      const stands = async ({ askedAt }: Fetched) =>
        askedAt !== undefined && (await quietly(store.clearedSince(run.tenant, targets, askedAt))) === false;
      const flight = await flights.join(key.toString('hex'), call.signal, stands);
      if (flight.result !== undefined) return again(flight.result.result, 'fresh');
      const { land } = flight;
      try {
        const lookup = await quietly(store.read(run.tenant, 'tool', key));
        if (lookup?.found !== undefined) {
          const found = lookup.found.value as unknown as ToolResult;
          if (lookup.found.fresh) land({ result: found, askedAt: lookup.askedAt });
          else void quietly(refresh(call, next, key, lookup.askedAt));
          return again(found, lookup.found.fresh ? 'fresh' : 'stale');
        }
        uses.count(use);
        const led = { ...call, step: whenSuspended(step, () => land()) };
        const fetched = await fetch(led, next, { key, askedAt: lookup?.askedAt });
        land({ result: fetched, askedAt: lookup?.askedAt });
        return fetched;
      } finally {
        land();
      }
    },
  };
}

/** The code, the tool, the input, and for whom: a tool may look at all of them. */
function whatItDependsOn({ run, definition, tool, input }: ToolCall): object {
  const { tenant, version, subject, session, id } = run;
  const whose = subject !== undefined ? { subject } : session !== undefined ? { session } : { run: id };
  return {
    ...{ tenant, version, definition: definition.name, tool: tool.name, input },
    whose: tool.cache?.shared ? null : whose,
  };
}
