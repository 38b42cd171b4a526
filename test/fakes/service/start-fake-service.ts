import { setTimeout as sleep } from 'node:timers/promises';
import { type HttpRequest, sendJson, serve } from '../http/serve.ts';

/** Something that was done in the world, once. */
export type Effect = { id: string; name: string; key: string | null; input: unknown };

/**
 * How a call can fail. `drop_before`: the connection breaks and nothing was done; `drop_after`: it was done, and the
 * connection breaks before the answer; `hang_after`: it was done, and no answer comes.
 */
export type ServiceFault = 'drop_before' | 'drop_after' | 'hang_after' | 'server_error';

/** A service outside: what a tool with effects calls. */
export type FakeService = {
  url: string;
  /** What was done, in order. A key occurs once, however often it was sent. */
  effects: Effect[];
  /** Every call that arrived, repeated ones too. */
  calls: { name: string; key: string | null }[];
  /** Spoils the next calls, of one effect or of any. */
  fault(kind: ServiceFault, settings?: { name?: string; times?: number }): void;
  stop(): Promise<void>;
};

/**
 * Starts a service that counts effects by their `Idempotency-Key`:
 *
 * - `POST /effects/:name` with JSON: 201 and the effect; with a key that it knows 200 and the same effect; with a
 *   known key and other input 422. Without a key every call is an effect of its own.
 * - `GET /effects`: `{ effects, calls }`, for checks from another process.
 *
 * @param options.latency milliseconds between the effect and the answer. Default 0
 * @example
 * const service = await startFakeService();
 * service.fault('drop_after', { name: 'refund' });
 * // … the run crashes, resumes, and sends the same key again …
 * service.effects.length; // 1
 */
export async function startFakeService({ latency = 0 }: { latency?: number } = {}): Promise<FakeService> {
  const effects: Effect[] = [];
  const calls: FakeService['calls'] = [];
  const faults: { kind: ServiceFault; name: string | undefined }[] = [];

  const takeFault = (name: string): ServiceFault | undefined => {
    const index = faults.findIndex((fault) => fault.name === undefined || fault.name === name);
    return index < 0 ? undefined : faults.splice(index, 1)[0]?.kind;
  };

  const server = await serve(async (request, response) => {
    if (request.method === 'GET' && request.path === '/effects')
      return sendJson(response, 200, { effects, calls });
    const name = /^\/effects\/([\w.-]+)$/.exec(request.path)?.[1];
    if (request.method !== 'POST' || name === undefined)
      return sendJson(response, 404, { error: 'not_found' });
    const key = request.headers['idempotency-key'] ?? null;
    calls.push({ name, key });
    const fault = takeFault(name);
    if (fault === 'server_error') return sendJson(response, 503, { error: 'unavailable' });
    if (fault === 'drop_before') return void response.destroy();
    const { status, body } = perform(effects, name, key, request);
    if (fault === 'drop_after') return void response.destroy();
    if (fault === 'hang_after') return;
    if (latency > 0) await sleep(latency);
    sendJson(response, status, body);
  });

  return {
    url: server.url,
    effects,
    calls,
    fault: (kind, { name, times = 1 } = {}) => {
      for (let time = 0; time < times; time += 1) faults.push({ kind, name });
    },
    stop: server.stop,
  };
}

function perform(effects: Effect[], name: string, key: string | null, { body: input }: HttpRequest) {
  const known = key === null ? undefined : effects.find((effect) => effect.key === key);
  if (known === undefined) {
    const effect = { id: `effect_${effects.length + 1}`, name, key, input };
    effects.push(effect);
    return { status: 201, body: effect };
  }
  const same = known.name === name && JSON.stringify(known.input) === JSON.stringify(input);
  return same ? { status: 200, body: known } : { status: 422, body: { error: 'key_reused' } };
}
