import { type Clock, systemClock } from '../../contract/clock.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { ModelResponse } from '../../contract/model.ts';
import { neverSent } from '../../contract/never-sent.ts';
import type { Circuits } from './circuit/index.ts';
import { Line } from './line.ts';
import { providerOf } from './provider-of.ts';

/** Calls under way at a provider at once, from one worker, where the operator says nothing else. */
const DEFAULT_LIMIT = 100;

/** How many calls a provider may have under way at once, by its name: `{ openai: 32 }`. */
export type ConcurrencyLimits = Readonly<Record<string, number>>;

export type ConcurrencyParts = {
  limits?: ConcurrencyLimits;
  /** Asked again about who stood in line: a provider that went down meanwhile is not asked by all of them. */
  circuits: Pick<Circuits, 'refuseIfDownSince'>;
  clock?: Clock;
};

/**
 * Lets no more than so many calls of this worker be under way at one provider. The others stand in line, first come
 * first served, until their turn, their deadline or their cancel. The local model has no line: it is in this process.
 */
export function concurrency({
  limits = {},
  circuits,
  clock = systemClock,
}: ConcurrencyParts): Middleware<ModelCall, ModelResponse> {
  const lines = new Map<string, Line>();
  return {
    name: 'concurrency',
    async handle(call, next) {
      const provider = providerOf(call.model);
      if (provider === undefined) return next(call);
      const line = lines.get(provider) ?? new Line(limits[provider] ?? DEFAULT_LIMIT);
      lines.set(provider, line);
      const since = clock.now();
      const waited = line.enter(call.signal);
      if (waited !== undefined) {
        await waited.catch((reason: unknown) => {
          throw neverSent(reason);
        });
      }
      try {
        // The place and the end may have come together.
        if (call.signal.aborted) throw neverSent(call.signal.reason);
        if (waited !== undefined) circuits.refuseIfDownSince(call.model, since);
        return await next(call);
      } finally {
        line.leave();
      }
    },
  };
}
