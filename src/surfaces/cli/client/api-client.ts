import { randomUUID } from 'node:crypto';
import type {
  Agent,
  Bundle,
  Hold,
  KillSwitch,
  Limit,
  PlacedEntry,
  Provider,
  Review,
  Run,
  RunSubmission,
  Schedule,
  ScheduleChange,
  ScheduleRequest,
  ShownCaches,
  ShownRoute,
  TenantBudget,
  TenantBudgetRequest,
  Usage,
} from './answers.ts';
import type { Connection } from './connection.ts';
import { answeredFailure, noBulkheadServer, serverSilent, serverUnreachable } from './failures.ts';

/** Query parameters; what is undefined is left out. */
type Query = Record<string, string | undefined>;

type Request = {
  query?: Query;
  /** Sent as JSON, or as it is when `type` says what it is. */
  body?: unknown;
  type?: string;
  headers?: Record<string, string>;
  signal?: AbortSignal;
};

/** Seconds that an ordinary request may take. A bundle is loaded in a code host before it is answered. */
const PATIENCE = 60;

/**
 * The HTTP API as functions. Every one throws a BulkheadError: `server_unreachable`, `server_timeout`,
 * `missing_api_key`, or what the server answered.
 *
 * @example
 * const client = new ApiClient(await findConnection(process.env, process.cwd()));
 * const run = await client.submitRun({ agent: 'support', input: 'Is my line up?' });
 */
export class ApiClient {
  readonly connection: Connection;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  submitRun(submission: RunSubmission): Promise<Run> {
    return this.#json('POST', '/v1/runs', { body: submission, headers: once() });
  }

  listRuns(query: Query): Promise<{ runs: Run[]; nextCursor: string | null }> {
    return this.#json('GET', '/v1/runs', { query });
  }

  readRun(id: string): Promise<Run> {
    return this.#json('GET', `/v1/runs/${encodeURIComponent(id)}`);
  }

  cancelRun(id: string): Promise<Run> {
    return this.#json('POST', `/v1/runs/${encodeURIComponent(id)}/cancel`, { headers: once() });
  }

  readJournal(id: string, from: number): Promise<{ entries: PlacedEntry[]; nextFrom: number | null }> {
    return this.#json('GET', `/v1/runs/${encodeURIComponent(id)}/journal`, { query: { from: String(from) } });
  }

  /** The events of a run from after `lastEventId` on, as the server sends them. */
  async openEvents(id: string, options: { lastEventId?: string; signal: AbortSignal }): Promise<Response> {
    const { lastEventId, signal } = options;
    return this.#send('GET', `/v1/runs/${encodeURIComponent(id)}/events`, {
      headers: { accept: 'text/event-stream', ...(lastEventId ? { 'last-event-id': lastEventId } : {}) },
      signal,
    });
  }

  listReviews(query: Query): Promise<{ reviews: Review[]; nextCursor: string | null }> {
    return this.#json('GET', '/v1/reviews', { query });
  }

  readReview(id: string): Promise<Review> {
    return this.#json('GET', `/v1/reviews/${encodeURIComponent(id)}`);
  }

  decideReview(id: string, body: { decision: string; note?: string; output?: unknown }): Promise<Review> {
    return this.#json('POST', `/v1/reviews/${encodeURIComponent(id)}/decision`, { body, headers: once() });
  }

  async listAgents(): Promise<Agent[]> {
    return (await this.#json<{ agents: Agent[] }>('GET', '/v1/agents')).agents;
  }

  /** @returns `created` is false when this very code was there already. */
  async deployBundle(code: Uint8Array): Promise<Bundle & { created: boolean }> {
    const response = await this.#send('POST', '/v1/bundles', { body: code, type: 'application/javascript' });
    return { ...(await this.#parse<Bundle>(response)), created: response.status === 201 };
  }

  listSchedules(query: Query): Promise<{ schedules: Schedule[]; nextCursor: string | null }> {
    return this.#json('GET', '/v1/schedules', { query });
  }

  createSchedule(body: ScheduleRequest): Promise<Schedule> {
    return this.#json('POST', '/v1/schedules', { body, headers: once() });
  }

  changeSchedule(schedule: string, body: Partial<ScheduleChange>): Promise<Schedule> {
    return this.#json('PATCH', `/v1/schedules/${encodeURIComponent(schedule)}`, { body });
  }

  triggerSchedule(schedule: string): Promise<Run> {
    return this.#json('POST', `/v1/schedules/${encodeURIComponent(schedule)}/trigger`, { headers: once() });
  }

  async deleteSchedule(schedule: string): Promise<void> {
    await this.#send('DELETE', `/v1/schedules/${encodeURIComponent(schedule)}`);
  }

  async listKillSwitches(): Promise<KillSwitch[]> {
    return (await this.#json<{ killSwitches: KillSwitch[] }>('GET', '/v1/kill-switches')).killSwitches;
  }

  setKillSwitch(body: { target: string; reason: string }): Promise<KillSwitch> {
    return this.#json('PUT', '/v1/kill-switches', { body });
  }

  async clearKillSwitch(id: string): Promise<void> {
    await this.#send('DELETE', `/v1/kill-switches/${encodeURIComponent(id)}`);
  }

  async listProviders(): Promise<Provider[]> {
    return (await this.#json<{ providers: Provider[] }>('GET', '/v1/providers')).providers;
  }

  showRoute(agent: string): Promise<ShownRoute> {
    return this.#json('GET', `/v1/routes/${encodeURIComponent(agent)}`);
  }

  trainRoute(agent: string, body: { quality?: number }): Promise<ShownRoute> {
    return this.#json('POST', `/v1/routes/${encodeURIComponent(agent)}/train`, { body });
  }

  showCaches(): Promise<ShownCaches> {
    return this.#json('GET', '/v1/cache');
  }

  clearCache(body: { tags?: string[]; agent?: string }): Promise<{ cleared: number }> {
    return this.#json('POST', '/v1/cache/invalidations', { body });
  }

  async judgeHit(body: { run: string; key: string; wrong: boolean }): Promise<void> {
    await this.#send('POST', '/v1/cache/judgements', { body });
  }

  async listLimits(): Promise<Limit[]> {
    return (await this.#json<{ limits: Limit[] }>('GET', '/v1/limits')).limits;
  }

  /** Without an agent: of the tenant as a whole. */
  setLimit(body: { agent?: string; running: number }): Promise<Limit> {
    return this.#json('PUT', '/v1/limits', { body });
  }

  async clearLimit(agent?: string): Promise<void> {
    await this.#send(
      'DELETE',
      agent === undefined ? '/v1/limits' : `/v1/limits/${encodeURIComponent(agent)}`,
    );
  }

  async listBudgets(): Promise<TenantBudget[]> {
    return (await this.#json<{ budgets: TenantBudget[] }>('GET', '/v1/budgets')).budgets;
  }

  /** Without an agent: of the tenant as a whole. */
  setBudget(body: TenantBudgetRequest): Promise<TenantBudget> {
    return this.#json('PUT', '/v1/budgets', { body });
  }

  async clearBudget(name: { agent?: string; key?: string; period: string; unit: string }): Promise<void> {
    await this.#send('DELETE', '/v1/budgets', { query: name });
  }

  showUsage(query: Query): Promise<Usage> {
    return this.#json('GET', '/v1/usage', { query });
  }

  /** As CSV. */
  async exportUsage(query: Query): Promise<string> {
    return (await this.#send('GET', '/v1/usage', { query: { ...query, format: 'csv' } })).text();
  }

  async listHolds(query: Query): Promise<Hold[]> {
    return (await this.#json<{ holds: Hold[] }>('GET', '/v1/holds', { query })).holds;
  }

  setHold(body: { target: string; reason: string }): Promise<Hold> {
    return this.#json('POST', '/v1/holds', { body, headers: once() });
  }

  async releaseHold(id: string): Promise<void> {
    await this.#send('DELETE', `/v1/holds/${encodeURIComponent(id)}`);
  }

  async #json<Answer>(method: string, path: string, request: Request = {}): Promise<Answer> {
    return this.#parse(await this.#send(method, path, request));
  }

  async #parse<Answer>(response: Response): Promise<Answer> {
    const text = await response.text().catch((error: unknown) => {
      throw this.#failed(error);
    });
    try {
      return JSON.parse(text) as Answer;
    } catch {
      throw noBulkheadServer(this.connection, 'answers with something else than JSON');
    }
  }

  async #send(method: string, path: string, request: Request = {}): Promise<Response> {
    const { query = {}, body, type, headers, signal } = request;
    const { url, key } = this.connection;
    const address = new URL(`${url}${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) address.searchParams.set(name, value);
    }
    const response = await fetch(address, {
      method,
      redirect: 'error',
      headers: {
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { 'content-type': type ?? 'application/json' }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: type === undefined ? JSON.stringify(body) : (body as Uint8Array<ArrayBuffer>) }),
      signal: signal ?? AbortSignal.timeout(PATIENCE * 1_000),
    }).catch((error: unknown) => {
      throw this.#failed(error);
    });
    if (!response.ok) throw await answeredFailure(this.connection, response);
    return response;
  }

  #failed(error: unknown): unknown {
    if (error instanceof DOMException && error.name === 'TimeoutError')
      return serverSilent(this.connection, PATIENCE);
    // An abort is the caller's own doing.
    if (error instanceof DOMException && error.name === 'AbortError') return error;
    return serverUnreachable(this.connection, error);
  }
}

/** Makes a request that was sent twice count once. */
function once(): Record<string, string> {
  return { 'idempotency-key': randomUUID() };
}
