import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../test/fakes/manual-clock.ts';
import { readRun } from '../../api/runs/read-run.ts';
import { deploySupport, openTestApi, type TestApi } from '../../api/testing/open-test-api.ts';
import { finishRun } from '../../api/testing/play-worker.ts';
import type { IntakeSource } from '../config/source.ts';
import type { Reply } from '../message.ts';
import { claimReplies } from './due-replies.ts';
import { ReplySender } from './reply-sender.ts';

const TENANT = 'acme';
let api: TestApi;
let owner: pg.Pool;
beforeAll(async () => {
  api = await openTestApi();
  owner = api.owner;
  await deploySupport(api, await api.keyFor(TENANT, 'admin'));
});
afterAll(() => api.drop());

/** A run that a message asked for, and a sender of its result over a broker that fails as often as it is told. */
async function openReply(
  changes: { replyTo?: string; correlationId?: string; failures?: number; largest?: number } = {},
) {
  const key = await api.keyFor(TENANT, 'admin');
  const answer = await api.send(key, 'POST', '/v1/runs', { agent: 'support', input: 'Hi' });
  const { id: run } = (await answer.json()) as { id: string };
  const source: IntakeSource = {
    kind: 'redis',
    name: `source-${randomUUID()}`,
    broker: 'redis://127.0.0.1',
    queue: 'runs',
    tenant: TENANT,
    deadLetter: 'runs:dead',
    replyTo: ['results'],
    prefetch: 4,
    takenOverAfter: 30_000,
  };
  await owner.query(
    `INSERT INTO intake_message (tenant, source, message, body_hash, run, last_run, reply_to, correlation_id, reply)
      VALUES ($1, $2, 'm-1', '', $3, $3, $4, $5, 'pending')`,
    [TENANT, source.name, run, changes.replyTo ?? 'results', changes.correlationId ?? null],
  );
  const clock = new ManualClock(Date.now() + 1_000);
  const published: Reply[] = [];
  let failures = changes.failures ?? 0;
  const broker = {
    largestReply: changes.largest ?? 1_000_000,
    publish: async (reply: Reply) => {
      if (failures > 0) {
        failures -= 1;
        throw new Error('the broker is away');
      }
      published.push(reply);
    },
  };
  const start = () => {
    const sender = new ReplySender({
      pool: api.worker.store.pool,
      sources: [{ source, broker }],
      readRun: (tenant, id) => readRun(api.parts.store, api.parts.keys, tenant, id),
      clock,
      log: () => {},
    });
    sender.start();
    return sender;
  };
  const row = async () => {
    const { rows } = await owner.query<{ reply: string; attempts: number; last_error: string | null }>(
      'SELECT reply, attempts, last_error FROM intake_message WHERE source = $1',
      [source.name],
    );
    return rows[0];
  };
  /** Lets time pass, as much as it takes. */
  const untilReply = async (state: string) => {
    await expect
      .poll(
        async () => {
          await clock.advance(1_000);
          return (await row())?.reply;
        },
        { timeout: 15_000, interval: 10 },
      )
      .toBe(state);
    return row();
  };
  return { run, source, published, start, row, untilReply, clock };
}

describe('the sender of replies', () => {
  it('waits for the end of the run, and sends its result once', async () => {
    const { run, published, start, untilReply, clock, row } = await openReply();
    const sender = start();
    await clock.advance(5_000);
    expect(await row()).toMatchObject({ reply: 'pending', attempts: 0 });
    await finishRun(api, run, 'Here it is.');
    await untilReply('sent');
    await clock.advance(600_000);
    await sender.stop();
    expect(published).toHaveLength(1);
    expect(published[0]).toMatchObject({ to: 'results', run });
  });

  it('gives the result the correlation id of its message', async () => {
    const { run, published, start, untilReply } = await openReply({ correlationId: 'call-7' });
    await finishRun(api, run, 'Here it is.');
    const sender = start();
    await untilReply('sent');
    await sender.stop();
    expect(published).toMatchObject([{ run, correlationId: 'call-7' }]);
  });

  it('tells of a cancelled run what went wrong', async () => {
    const { run, published, start, untilReply } = await openReply();
    await owner.query("UPDATE run SET status = 'cancelled', error_code = 'cancelled' WHERE id = $1", [run]);
    const sender = start();
    await untilReply('sent');
    await sender.stop();
    expect(JSON.parse(published[0]?.body ?? '')).toMatchObject({
      run,
      status: 'cancelled',
      error: { code: 'cancelled' },
      messageId: 'm-1',
    });
  });

  it('follows a run that goes on as a new one to its last', async () => {
    const first = await openReply();
    const second = await openReply();
    await owner.query("UPDATE run SET status = 'succeeded', continued_as = $2 WHERE id = $1", [
      first.run,
      second.run,
    ]);
    await finishRun(api, second.run, 'The end of the chain.');
    const sender = first.start();
    await first.untilReply('sent');
    await sender.stop();
    expect(first.published.map(({ run, body }) => ({ run, ...JSON.parse(body) }))).toMatchObject([
      { run: first.run, output: 'The end of the chain.' },
    ]);
  });

  it('tries again after growing pauses while the broker is away', async () => {
    const { run, published, start, untilReply } = await openReply({ failures: 4 });
    await finishRun(api, run, 'At last.');
    const sender = start();
    expect(await untilReply('sent')).toEqual({ reply: 'sent', attempts: 5, last_error: null });
    await sender.stop();
    expect(published).toHaveLength(1);
  });

  it('sends nothing to a place that the source does not allow any more', async () => {
    const { run, published, start, untilReply } = await openReply({ replyTo: 'elsewhere' });
    await finishRun(api, run, 'A secret.');
    const sender = start();
    expect(await untilReply('given-up')).toMatchObject({
      last_error: expect.stringContaining('does not allow'),
    });
    await sender.stop();
    expect(published).toEqual([]);
  });

  it('leaves an output out that is larger than the broker takes, and says so', async () => {
    const { run, published, start, untilReply } = await openReply({ largest: 500 });
    await finishRun(api, run, 'x'.repeat(1_000));
    const sender = start();
    await untilReply('sent');
    await sender.stop();
    expect(JSON.parse(published[0]?.body ?? '')).toEqual({
      run,
      status: 'succeeded',
      outcome: 'unknown',
      messageId: 'm-1',
      output: null,
      outputTooLarge: true,
    });
  });

  it('shares the work with other senders: each result is sent by one of them', async () => {
    const { run, published, start, untilReply } = await openReply();
    await finishRun(api, run, 'Once.');
    const senders = [start(), start(), start()];
    await untilReply('sent');
    await Promise.all(senders.map((sender) => sender.stop()));
    expect(published).toHaveLength(1);
  });

  it('is given each reply once, however many ask in the same moment', async () => {
    const { run, source, clock } = await openReply();
    await finishRun(api, run, 'Once.');
    const claim = () =>
      claimReplies(api.worker.store.pool, {
        sources: [source.name],
        now: clock.now(),
        lease: 30_000,
        limit: 32,
      });
    const claimed = await Promise.all(Array.from({ length: 30 }, claim));
    expect(claimed.flat()).toMatchObject([{ run, attempts: 1 }]);
    // Whoever took it may have died.
    await clock.advance(30_000);
    expect(await claim()).toMatchObject([{ run, attempts: 2 }]);
  });

  it('forgets messages after thirty days, but not one whose result is still to be sent', async () => {
    const { source, start } = await openReply();
    const old = "now() - interval '31 days'";
    await owner.query(
      `UPDATE intake_message SET received_at = ${old}, next_at = now() + interval '1 year' WHERE source = $1`,
      [source.name],
    );
    await owner.query(
      `INSERT INTO intake_message (tenant, source, message, body_hash, run, last_run, received_at)
        VALUES ($1, $2, 'old', '', $3, $3, ${old}), ($1, $2, 'young', '', $3, $3, now() - interval '29 days')`,
      [TENANT, source.name, uuidv7()],
    );
    const sender = start();
    await expect
      .poll(async () => {
        const { rows } = await owner.query(
          'SELECT message FROM intake_message WHERE source = $1 ORDER BY message',
          [source.name],
        );
        return rows.map(({ message }) => message);
      })
      .toEqual(['m-1', 'young']);
    await sender.stop();
  });
});
