import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database/index.ts';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { openStore, type Store } from '../../foundation/store/index.ts';
import { dataKeyFrom } from '../../foundation/vault/index.ts';
import { type Receiver, startReceiver } from './testing/start-receiver.ts';
import { webhookSecret } from './webhook-secret.ts';
import { WebhookSender, type WebhookSenderParts } from './webhook-sender.ts';

const HOUR = 3_600_000;
const key = dataKeyFrom(randomBytes(32));
let database: TestDatabase;
let store: Store;
let owner: pg.Pool;
let receiver: Receiver;
let clock: ManualClock;
let sender: WebhookSender | undefined;
let warned: object[];

beforeAll(async () => {
  database = await createTestDatabase();
  store = openStore({ url: database.url, role: 'bulkhead_worker' });
  owner = new pg.Pool({ connectionString: database.url });
  // Dropping the database may cut a connection that is just closing.
  owner.on('error', () => undefined);
  for (const tenant of ['acme', 'globex']) {
    await owner.query(
      'INSERT INTO tenant (id, name, stream, wrapped_key) VALUES ($1, $1, gen_random_uuid(), $2)',
      [tenant, Buffer.alloc(1)],
    );
  }
  receiver = await startReceiver();
});
afterAll(async () => {
  await receiver.stop();
  await Promise.all([store.close(), owner.end()]);
  await database.drop();
});
beforeEach(async () => {
  await owner.query('DELETE FROM webhook_delivery');
  receiver.received.length = 0;
  receiver.answer = (response) => response.writeHead(204).end();
  // Rows are due by the database's clock when they are made; this one begins later than that.
  clock = new ManualClock(Date.now() + HOUR);
  warned = [];
});
afterEach(async () => {
  await sender?.stop();
  sender = undefined;
});

function start(changes: Partial<WebhookSenderParts> = {}): void {
  sender = new WebhookSender({
    pool: store.pool,
    secretOf: async () => webhookSecret(key),
    allowLoopback: true,
    clock,
    log: { warn: (fields) => void warned.push(fields) },
    random: () => 0,
    ...changes,
  });
  sender.start();
}

/** A run that ended with a webhook to tell, as its last commit leaves it. */
async function announce({
  url = `${receiver.url}/hooks`,
  tenant = 'acme',
} = {}): Promise<{ id: string; run: string }> {
  const run = crypto.randomUUID();
  await owner.query(
    `INSERT INTO run (id, tenant, class, agent, kind, version, principal, status, outcome, budget, error_code,
       input_tokens, usd, created_at, finished_at)
     VALUES ($1, $2, 'standard', 'support', 'agent', 'v1', 'key-1', 'failed', 'unknown', '{}', 'budget_spent',
       12, 0.5, '2026-01-01T00:00:00Z', '2026-01-01T00:00:05Z')`,
    [run, tenant],
  );
  const { rows } = await owner.query<{ id: string }>(
    `INSERT INTO webhook_delivery (tenant, run, url, event) VALUES ($1, $2, $3, 'run.failed') RETURNING id`,
    [tenant, run, url],
  );
  return { id: rows[0]?.id ?? '', run };
}

const deliveryOf = async (id: string) =>
  (await owner.query('SELECT * FROM webhook_delivery WHERE id = $1', [id])).rows[0];
const untilAttempted = (id: string, attempts: number) =>
  vi.waitFor(
    async () => {
      const delivery = await deliveryOf(id);
      expect(delivery).toMatchObject({ attempts, last_error: expect.any(String) });
      return delivery;
    },
    { timeout: 10_000 },
  );
/** Lets the sender look for due deliveries, once a second of its clock, until something is so. */
const lookAgainUntil = (check: () => void) =>
  vi.waitFor(
    async () => {
      await clock.advance(1_000);
      check();
    },
    { timeout: 10_000 },
  );
const untilDelivered = (id: string) =>
  vi.waitFor(async () => expect(await deliveryOf(id)).toMatchObject({ status: 'delivered' }), {
    timeout: 10_000,
  });

describe('the webhook sender', () => {
  it('tells the facts of a run that ended, signed, and never its content', async () => {
    const { id, run } = await announce();
    start();
    await untilDelivered(id);
    expect(receiver.received).toHaveLength(1);
    const [message] = receiver.received;
    expect(message?.headers).toMatchObject({ 'webhook-id': id, 'user-agent': 'Bulkhead-Webhooks/1' });
    expect(JSON.parse(message?.body ?? '')).toEqual({
      type: 'run.failed',
      timestamp: '2026-01-01T00:00:05.000Z',
      data: {
        id: run,
        agent: 'support',
        kind: 'agent',
        version: 'v1',
        session: null,
        status: 'failed',
        outcome: 'unknown',
        error: { code: 'budget_spent' },
        usage: { inputTokens: 12, outputTokens: 0, modelCalls: 0, toolCalls: 0 },
        usd: 0.5,
        createdAt: '2026-01-01T00:00:00.000Z',
        finishedAt: '2026-01-01T00:00:05.000Z',
      },
    });
    const { 'webhook-timestamp': at, 'webhook-signature': signature } = message?.headers ?? {};
    expect(at).toBe(String(Math.floor(clock.now() / 1_000)));
    const expected = new Webhook(webhookSecret(key)).sign(id, new Date(clock.now()), message?.body ?? '');
    expect(signature).toBe(expected);
  });

  it('tries again after five seconds, five minutes …, under the same id, until a receiver takes it', async () => {
    receiver.answer = (response) => response.writeHead(503).end();
    const { id } = await announce();
    start();
    const first = await untilAttempted(id, 1);
    expect(first).toMatchObject({ status: 'pending', last_error: 'The receiver answered 503.' });
    expect(first.next_at.getTime() - clock.now()).toBe(5_000);

    await clock.advance(4_000);
    expect(receiver.received).toHaveLength(1);
    await lookAgainUntil(() => expect(receiver.received).toHaveLength(2));
    await untilAttempted(id, 2);

    receiver.answer = (response) => response.writeHead(200).end();
    await clock.advance(300_000);
    await lookAgainUntil(() => expect(receiver.received).toHaveLength(3));
    await untilDelivered(id);
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([id, id, id]);
  });

  it('gives up at once when the receiver is gone', async () => {
    receiver.answer = (response) => response.writeHead(410).end();
    const { id } = await announce();
    start();
    const delivery = await untilAttempted(id, 1);
    expect(delivery).toMatchObject({ status: 'given-up', delivered_at: null });
    await vi.waitFor(
      () => expect(warned).toMatchObject([{ delivery: id, reason: expect.stringContaining('410') }]),
      { timeout: 10_000 },
    );
  });

  it('gives up after the tenth attempt', async () => {
    receiver.answer = (response) => response.writeHead(500).end();
    const { id } = await announce();
    await owner.query('UPDATE webhook_delivery SET attempts = 9 WHERE id = $1', [id]);
    start();
    expect(await untilAttempted(id, 10)).toMatchObject({
      status: 'given-up',
      last_error: 'The receiver answered 500.',
    });
  });

  it('never sends to an address that was allowed once and is not any more', async () => {
    const { id } = await announce();
    start({ allowLoopback: false });
    expect(await untilAttempted(id, 1)).toMatchObject({
      status: 'given-up',
      last_error: expect.stringContaining('points at this machine itself'),
    });
    expect(receiver.received).toEqual([]);
  });

  it('never sends to a name that leads inside', async () => {
    const { port } = new URL(receiver.url);
    const { id } = await announce({ url: `https://hooks.example.com:${port}/` });
    start({ resolve: async () => [{ address: '10.0.0.1', family: 4 }] });
    expect(await untilAttempted(id, 1)).toMatchObject({
      status: 'pending',
      last_error: expect.stringContaining('not on the public internet'),
    });
  });

  it('shares the work with others: each delivery is sent once', async () => {
    const made = [];
    for (let index = 0; index < 12; index += 1) made.push(await announce());
    start();
    const other = new WebhookSender({
      pool: store.pool,
      secretOf: async () => webhookSecret(key),
      allowLoopback: true,
      clock,
      log: { warn: () => {} },
    });
    other.start();
    for (const { id } of made) await untilDelivered(id);
    await other.stop();
    expect(receiver.received.map(({ headers }) => headers['webhook-id']).sort()).toEqual(
      made.map(({ id }) => id).sort(),
    );
  });

  it('does not let a tenant whose receiver hangs hold up another', async () => {
    const held: (() => void)[] = [];
    receiver.answer = (response) => void held.push(() => response.writeHead(204).end());
    for (let index = 0; index < 40; index += 1) await announce();
    start();
    await vi.waitFor(() => expect(held.length).toBeGreaterThanOrEqual(8), { timeout: 10_000 });

    receiver.answer = (response) => response.writeHead(204).end();
    const { id } = await announce({ tenant: 'globex' });
    await vi.waitFor(
      async () => {
        await clock.advance(1_000);
        expect(await deliveryOf(id)).toMatchObject({ status: 'delivered' });
      },
      { timeout: 10_000 },
    );
    expect(held.length).toBeLessThan(32);
    for (const release of held) release();
  });

  it('lets another take over what a sender that died had begun', async () => {
    const { id } = await announce();
    // As a claim leaves the row: the lease runs for half a minute.
    await owner.query('UPDATE webhook_delivery SET attempts = 1, next_at = $2 WHERE id = $1', [
      id,
      new Date(clock.now() + 30_000),
    ]);
    start();
    await clock.advance(29_000);
    expect(receiver.received).toEqual([]);
    await lookAgainUntil(() => expect(receiver.received).toHaveLength(1));
    await untilDelivered(id);
  });

  it('waits for what is on its way when it stops', async () => {
    let release = () => {};
    receiver.answer = (response) => {
      release = () => response.writeHead(204).end();
    };
    const { id } = await announce();
    start();
    await vi.waitFor(() => expect(receiver.received).toHaveLength(1), { timeout: 10_000 });
    const stopped = sender?.stop();
    release();
    await stopped;
    expect(await deliveryOf(id)).toMatchObject({ status: 'delivered' });
    sender = undefined;
  });
});

describe('the webhook secret', () => {
  it('is the same for one key and another for another', () => {
    expect(webhookSecret(key)).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(webhookSecret(key)).toBe(webhookSecret(key));
    expect(webhookSecret(dataKeyFrom(randomBytes(32)))).not.toBe(webhookSecret(key));
  });
});
