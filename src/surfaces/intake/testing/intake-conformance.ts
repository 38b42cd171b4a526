import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTcpProxy, type TcpProxy } from '../../../../test/fakes/tcp-proxy/index.ts';
import { systemClock } from '../../../contract/clock.ts';
import { inTenant, openStore } from '../../../foundation/store/index.ts';
import { tenantStream } from '../../../pillars/identity/index.ts';
import { deploySupport, openTestApi, type TestApi } from '../../api/testing/open-test-api.ts';
import { finishRun } from '../../api/testing/play-worker.ts';
import { openBroker } from '../brokers/open-broker.ts';
import type { IntakeSource } from '../config/source.ts';
import { keepConsuming } from '../keep-consuming.ts';
import { startIntake } from '../start-intake.ts';
import { createTake } from '../take-message.ts';

export type SentMessage = { id?: string; body: string; replyTo?: string };

/** A queue of a real broker, with its dead letters and a place for replies, and nothing in them. */
export type QueueUnderTest = {
  /** The broker's address, for the wire that the test can spoil. */
  address: string;
  source: Omit<IntakeSource, 'broker' | 'name' | 'tenant' | 'prefetch'>;
  /** @param through turns the address into one that leads over the wire */
  broker(through: (url: string) => string): string;
  send(message: SentMessage): Promise<void>;
  /** How many messages are in the queue while nobody takes them. */
  remaining(): Promise<number>;
  dead(): Promise<{ body: string; reason: string }[]>;
  /** What came to `results`, with the ids of the messages. */
  results(): Promise<{ id: string; body: unknown }[]>;
  stop(): Promise<void>;
};

const TENANT = 'acme';
const ASK = { agent: 'support', input: 'Where is my order?', lane: 'urgent', session: 's-1' };
const ask = (changes: object = {}) => JSON.stringify({ ...ASK, ...changes });
const until = (check: () => unknown) => expect.poll(check, { timeout: 15_000, interval: 20 });

/** What every intake does, whatever broker it takes from. */
export function describeIntake(
  name: string,
  { skip = false, open }: { skip?: string | false; open: (id: string) => Promise<QueueUnderTest> },
): void {
  describe.skipIf(skip !== false)(skip === false ? name : `${name} (${skip})`, () => {
    let api: TestApi;
    let queue: QueueUnderTest;
    let wire: TcpProxy;
    let source: IntakeSource;
    const stops: (() => Promise<void>)[] = [];

    beforeAll(async () => {
      api = await openTestApi();
      await deploySupport(api, await api.keyFor(TENANT, 'admin'));
    });
    afterAll(() => api.drop());
    beforeEach(async () => {
      const id = randomUUID();
      queue = await open(id);
      wire = await startTcpProxy(queue.address);
      const broker = queue.broker(wire.through);
      source = { ...queue.source, name: `source-${id}`, broker, tenant: TENANT, prefetch: 12 };
    });
    afterEach(async () => {
      wire.restore();
      await stopAll();
      await wire.stop();
      await queue.stop();
    });
    const stopAll = async () => {
      for (const stop of stops.splice(0).reverse()) await stop();
    };
    const start = async (changes: { databaseUrl?: string } = {}) => {
      const url = changes.databaseUrl ?? api.parts.databaseUrl;
      const store = openStore({ url, role: 'bulkhead_api' });
      const intake = await startIntake({
        ...api.parts,
        sources: [source],
        store,
        keys: api.freshKeys(store),
        pool: api.worker.store.pool,
        log: process.env.BULKHEAD_TEST_LOG === undefined ? () => {} : console.error,
      });
      stops.push(async () => {
        await intake.stop();
        await store.close();
      });
    };
    const runs = async () => {
      const { rows } = await api.owner.query<{ id: string; message: string; agent: string; lane: number }>(
        `SELECT run.id, run.agent, run.lane, run.session, m.message FROM run
          LEFT JOIN intake_message m ON m.run = run.id WHERE principal = $1 ORDER BY run.id`,
        [`intake:${source.name}`],
      );
      return rows;
    };
    const untilRuns = (count: number) => until(async () => (await runs()).length).toBe(count);
    /** Everything was settled with the broker, and nothing comes back once it has been let go. */
    const untilEmpty = async () => {
      await until(() => queue.remaining()).toBe(0);
      await stopAll();
      expect(await queue.remaining()).toBe(0);
    };

    it('makes the run that POST /v1/runs would make, and takes the message off the queue', async () => {
      await start();
      await queue.send({ id: 'm-1', body: ask() });
      await untilRuns(1);
      expect(await runs()).toEqual([
        { id: expect.any(String), agent: 'support', lane: 0, session: 's-1', message: 'm-1' },
      ]);
      await untilEmpty();
      expect(await queue.dead()).toEqual([]);
    });

    it('makes one run of a message that is sent twice, also at once', async () => {
      await start();
      await start();
      await Promise.all(
        Array.from({ length: 8 }, (_, copy) => queue.send({ id: `m-${copy % 2}`, body: ask() })),
      );
      await queue.send({ id: 'last', body: ask() });
      await until(async () => (await runs()).map(({ message }) => message)).toContain('last');
      await untilEmpty();
      expect((await runs()).map(({ message }) => message).sort()).toEqual(['last', 'm-0', 'm-1']);
    });

    it('puts aside another message under an id that it has had, and makes no run of it', async () => {
      await start();
      await queue.send({ id: 'm-1', body: ask() });
      await untilRuns(1);
      const other = ask({ input: 'Something else' });
      await queue.send({ id: 'm-1', body: other });
      const dead: { body: string; reason: string }[] = [];
      await until(async () => dead.push(...(await queue.dead())) && dead.length).toBe(1);
      const reason = expect.stringContaining('Another message of this id, with another body');
      expect(dead).toEqual([{ body: other, reason }]);
      await untilEmpty();
      expect(await runs()).toHaveLength(1);
    });

    it('puts aside what can never become a run, with the reason, and goes on', async () => {
      await start();
      const bad: [SentMessage, RegExp][] = [
        [{ id: 'b-1', body: 'no JSON' }, /not valid JSON/],
        [{ id: 'b-2', body: ask({ agent: 'nobody' }) }, /no agent.*nobody/],
        [{ id: 'b-3', body: ask({ input: 7 }) }, /input does not fit/],
        [{ id: 'b-4', body: ask({ extra: true }) }, /extra: there is no such field/],
        [{ id: 'b-5', body: ask(), replyTo: 'somewhere else' }, /does not allow/],
        [{ id: 'b-6', body: ask({ input: 'x'.repeat(1024 * 1024) }) }, /larger than the 1048576 bytes/],
        [{ id: 'x'.repeat(256), body: ask() }, /no id of 1 to 255/],
      ];
      for (const [message] of bad) await queue.send(message);
      await queue.send({ id: 'good', body: ask() });
      await untilRuns(1);
      const dead: { body: string; reason: string }[] = [];
      await until(async () => dead.push(...(await queue.dead())) && dead.length).toBe(bad.length);
      for (const [{ body }, reason] of bad) {
        expect(dead).toContainEqual({ body, reason: expect.stringMatching(reason) });
      }
      await untilEmpty();
      expect((await runs()).map(({ message }) => message)).toEqual(['good']);
    });

    it('makes one run when the process dies between the run and the acknowledgement', async () => {
      const dying = openBroker(source, systemClock);
      const death = new AbortController();
      await queue.send({ id: 'm-1', body: ask() });
      const { store, keys } = api.parts;
      const parts = {
        ...api.parts,
        together: async <Result>(tenant: string, work: (client: pg.PoolClient) => Promise<Result>) => {
          const made = await inTenant(store, tenant, work);
          wire.refuse();
          return made;
        },
        tenantStream: (tenant: string) => tenantStream(store, keys, tenant),
        log: () => {},
      };
      const take = createTake(source, parts, death.signal);
      const consuming = keepConsuming(dying, take, {
        source: source.name,
        signal: death.signal,
        clock: systemClock,
        log: () => {},
      });
      await untilRuns(1);
      death.abort();
      await consuming;
      await dying.close();
      expect(await queue.remaining()).toBe(1);

      wire.restore();
      await start();
      await queue.send({ id: 'next', body: ask() });
      await until(async () => (await runs()).map(({ message }) => message)).toEqual(['m-1', 'next']);
      // The first message came again, and only now it is gone.
      await untilEmpty();
      expect(await runs()).toHaveLength(2);
    });

    it('comes back by itself after an outage of the broker', async () => {
      await start();
      await queue.send({ id: 'before', body: ask() });
      await untilRuns(1);
      wire.refuse();
      await queue.send({ id: 'meanwhile', body: ask() });
      wire.restore();
      await queue.send({ id: 'after', body: ask() });
      await untilRuns(3);
      await untilEmpty();
    });

    it('leaves messages where they are while the database is away', async () => {
      const database = await startTcpProxy(api.parts.databaseUrl);
      await start({ databaseUrl: database.through(api.parts.databaseUrl) });
      await queue.send({ id: 'before', body: ask() });
      await untilRuns(1);
      database.refuse();
      for (const id of ['m-1', 'm-2', 'm-3']) await queue.send({ id, body: ask() });
      // Long enough for more tries than a message that is to blame would get.
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      expect(await runs()).toHaveLength(1);
      database.restore();
      await untilRuns(4);
      await untilEmpty();
      expect(await queue.dead()).toEqual([]);
      await database.stop();
    });

    it('sends the result to where the message asked for it, under the run’s id', async () => {
      const to = source.replyTo[0] ?? '';
      await start();
      await queue.send({ id: 'silent', body: ask() });
      await untilRuns(1);
      await finishRun(api, (await runs())[0]?.id ?? '', 'Nobody asked.');
      await queue.send({ id: 'm-1', body: ask(), replyTo: to });
      await untilRuns(2);
      const made = (await runs())[1]?.id ?? '';
      await finishRun(api, made, 'It is on its way.');
      const results: { id: string; body: unknown }[] = [];
      await until(async () => results.push(...(await queue.results())) && results.length).toBe(1);
      expect(results).toEqual([
        {
          id: made,
          body: {
            run: made,
            status: 'succeeded',
            outcome: 'unknown',
            output: 'It is on its way.',
            messageId: 'm-1',
          },
        },
      ]);
    });

    it('sends the result although the process died when the run ended, and the broker was away', async () => {
      const to = source.replyTo[0] ?? '';
      await start();
      await queue.send({ id: 'm-1', body: ask(), replyTo: to });
      await untilRuns(1);
      await stopAll();
      const [made] = await runs();
      await finishRun(api, made?.id ?? '', 'Done.');
      wire.refuse();
      await start();
      await until(async () => {
        const { rows } = await api.owner.query('SELECT attempts FROM intake_message WHERE source = $1', [
          source.name,
        ]);
        return rows[0]?.attempts;
      }).toBeGreaterThan(0);
      wire.restore();
      const results: { id: string; body: unknown }[] = [];
      await until(async () => results.push(...(await queue.results())) && results.length).toBe(1);
      expect(results[0]).toMatchObject({ id: made?.id, body: { output: 'Done.', messageId: 'm-1' } });
    });
  });
}
