import { setTimeout as sleep } from 'node:timers/promises';

/** A run as the API shows it. */
export type ShownRun = {
  id: string;
  status: string;
  output: unknown;
  error: { code: string; message: string } | null;
  usage: { inputTokens: number; outputTokens: number; modelCalls: number; toolCalls: number };
  usd: number;
  version: string;
  continuedAs: string | null;
  startedAt: string | null;
  waitingFor: { for: string; key: string; review?: string; child?: string; model?: string }[];
};
export type ShownReview = {
  id: string;
  kind: string;
  status: string;
  run: string;
  tool: string | null;
  content: Record<string, unknown>;
};
export type ShownEntry = {
  frame: number;
  index: number;
  kind: string;
  at: number;
  key?: string;
  content?: Record<string, unknown>;
} & Record<string, unknown>;
export type Answer<Body = Record<string, unknown>> = { status: number; body: Body; headers: Headers };

/** The API over real HTTP, as a user's program speaks to it. */
export class Client {
  readonly url: string;
  readonly key: string;

  constructor(url: string, key: string) {
    this.url = url;
    this.key = key;
  }

  async send<Body = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const bytes = body instanceof Uint8Array;
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.key}`,
        ...(body === undefined
          ? {}
          : { 'content-type': bytes ? 'application/javascript' : 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: bytes ? new Uint8Array(body) : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      body: (text === '' ? {} : JSON.parse(text)) as Body,
      headers: response.headers,
    };
  }

  async deploy(code: Uint8Array): Promise<string> {
    const answer = await this.send<{ version: string }>('POST', '/v1/bundles', code);
    if (answer.status >= 300) throw new Error(`deploy: ${JSON.stringify(answer.body)}`);
    return answer.body.version;
  }

  async submit(agent: string, input: unknown, more: Record<string, unknown> = {}): Promise<string> {
    const answer = await this.send<ShownRun>('POST', '/v1/runs', { agent, input, ...more });
    if (answer.status >= 300) throw new Error(`submit: ${JSON.stringify(answer.body)}`);
    return answer.body.id;
  }

  async show(run: string): Promise<ShownRun> {
    return (await this.send<ShownRun>('GET', `/v1/runs/${run}`)).body;
  }

  /** The run once it is in one of the given states. */
  async until(run: string, statuses: readonly string[] = ENDED, patience = 15_000): Promise<ShownRun> {
    const end = Date.now() + patience;
    for (;;) {
      const shown = await this.show(run);
      if (statuses.includes(shown.status)) return shown;
      if (Date.now() > end) throw new Error(`Run ${run} is ${shown.status}, not ${statuses.join(' or ')}.`);
      await sleep(20);
    }
  }

  /** Submits and follows to the end, or to where a person is needed. */
  async run(agent: string, input: unknown, more: Record<string, unknown> = {}): Promise<ShownRun> {
    return this.until(await this.submit(agent, input, more), [...ENDED, 'waiting']);
  }

  async journal(run: string): Promise<ShownEntry[]> {
    return (await this.send<{ entries: ShownEntry[] }>('GET', `/v1/runs/${run}/journal?limit=1000`)).body
      .entries;
  }

  async reviewsOf(run: string): Promise<ShownReview[]> {
    return (await this.send<{ reviews: ShownReview[] }>('GET', `/v1/reviews?run=${run}&status=pending`)).body
      .reviews;
  }

  /** The run's one pending review. */
  async reviewOf(run: string): Promise<ShownReview> {
    const [review] = await this.reviewsOf(run);
    if (review === undefined) throw new Error(`Run ${run} has no pending review.`);
    return review;
  }

  decide(review: string, decision: string, more: Record<string, unknown> = {}): Promise<Answer> {
    return this.send('POST', `/v1/reviews/${review}/decision`, { decision, ...more });
  }
}

const ENDED = ['succeeded', 'failed', 'cancelled'] as const;
