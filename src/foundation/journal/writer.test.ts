import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { systemClock } from '../../contract/clock.ts';
import { verifyChain } from './frame.ts';
import { fact, keysOf } from './testing/entries.ts';
import { newStream, openAtStart, openTestJournal, type TestJournal } from './testing/open-test-journal.ts';
import { watchedPool } from './testing/watched-pool.ts';
import { JournalWriter } from './writer.ts';

let journal: TestJournal;
beforeAll(async () => {
  journal = await openTestJournal();
});
afterAll(() => journal?.drop());

const cut = () => Object.assign(new Error('Connection terminated unexpectedly'), { code: '57P01' });
const failed = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: { code: string }) => error.code,
  );

describe('group commit', () => {
  it('writes what many runs append in one turn in one statement, each run into a frame of its own', async () => {
    const { pool, statements } = watchedPool(journal.pool);
    const writer = journal.writer(pool);
    const streams = Array.from({ length: 50 }, () => newStream());
    const ends = streams.map((stream) => openAtStart(writer, stream));
    for (const end of ends) for (const key of ['a', 'b']) end.append(fact(key));
    await Promise.all(ends.map((end) => end.durable()));
    expect(statements).toHaveLength(1);
    for (const stream of streams) {
      const frames = await journal.frames(stream);
      expect(frames.map(({ meta }) => keysOf(meta))).toEqual([['a', 'b']]);
    }
  });

  it('sends at most two commits at once, and lets what comes meanwhile share the next', async () => {
    const { pool, statements, hold } = watchedPool(journal.pool);
    const writer = journal.writer(pool);
    const release = hold();
    const ends = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const end = openAtStart(writer, newStream());
      ends.push(end);
      end.append(fact('a'));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(statements.map(({ streams }) => streams.length)).toEqual([1, 1]);
    release();
    await Promise.all(ends.map((end) => end.durable()));
    expect(statements.map(({ streams }) => streams.length)).toEqual([1, 1, 3]);
  });

  it('holds at most one frame of a run in flight: what comes meanwhile is its next frame', async () => {
    const { pool, statements, hold } = watchedPool(journal.pool);
    const writer = journal.writer(pool);
    const stream = newStream();
    const end = openAtStart(writer, stream);
    const release = hold();
    for (const key of ['a', 'b', 'c', 'd']) {
      end.append(fact(key));
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(statements).toHaveLength(1);
    release();
    await end.durable();
    const frames = await journal.frames(stream);
    expect(frames.map(({ meta }) => keysOf(meta))).toEqual([['a'], ['b', 'c', 'd']]);
    verifyChain(frames);
  });

  it('writes every commit in one order, so that two of them never wait for each other crosswise', async () => {
    const { pool, statements } = watchedPool(journal.pool);
    const streams = Array.from({ length: 20 }, () => newStream());
    const forward = journal.writer(pool);
    const backward = journal.writer(pool);
    const first = streams.map((stream) => openAtStart(forward, stream));
    const second = streams.map((stream) => openAtStart(backward, stream, { epoch: 2 }));
    for (const end of first) end.append(fact('mine'));
    for (const end of second.toReversed()) end.append(fact('yours'));
    await Promise.allSettled([...first, ...second].map((end) => end.durable()));
    const sorted = streams.map(({ id }) => id).sort();
    expect(statements.map((statement) => statement.streams)).toEqual([sorted, sorted]);
  });

  it('is repeated after a deadlock', async () => {
    const { pool, failNext } = watchedPool(journal.pool);
    failNext('before', Object.assign(new Error('deadlock detected'), { code: '40P01' }));
    const stream = newStream();
    const end = openAtStart(journal.writer(pool), stream);
    end.append(fact('a'));
    await end.durable();
    expect(await journal.frames(stream)).toHaveLength(1);
  });
});

describe('an acknowledgement that is lost', () => {
  it('looks like a lost run and is none: the frame that stands there is mine', async () => {
    const { pool, failNext } = watchedPool(journal.pool);
    failNext('after', cut());
    const stream = newStream();
    const losses: Error[] = [];
    const end = openAtStart(journal.writer(pool), stream, { onLost: (error) => losses.push(error) });
    end.append(fact('a'));
    await end.durable();
    end.append(fact('b'));
    await end.durable();
    expect(losses).toEqual([]);
    const frames = await journal.frames(stream);
    expect(frames.map(({ meta }) => keysOf(meta))).toEqual([['a'], ['b']]);
    verifyChain(frames);
  });

  it('may come several times, before and after the commit', async () => {
    const { pool, failNext } = watchedPool(journal.pool);
    for (const when of ['before', 'after', 'before', 'after'] as const) failNext(when, cut());
    const stream = newStream();
    const end = openAtStart(journal.writer(pool), stream);
    end.append(fact('a'));
    await end.durable();
    expect(await journal.frames(stream)).toHaveLength(1);
  });
});

describe('a zombie, whose run has passed to another owner', () => {
  it('loses the run at the frame that the other wrote first, and none of its later rows gets in', async () => {
    const stream = newStream();
    const zombie = openAtStart(journal.writer(), stream, { epoch: 1 });
    const owner = openAtStart(journal.writer(), stream, { epoch: 2 });
    owner.append(fact('of the owner'));
    await owner.durable();

    zombie.append(fact('late'));
    const late = failed(zombie.durable());
    await new Promise((resolve) => setImmediate(resolve));
    zombie.append(fact('later'));
    const later = failed(zombie.durable());
    expect([await late, await later]).toEqual(['run_lost', 'run_lost']);
    zombie.append(fact('last'));
    expect(await failed(zombie.durable())).toBe('run_lost');

    owner.append(fact('goes on'));
    await owner.durable();
    const frames = await journal.frames(stream);
    expect(frames.map(({ meta, epoch }) => [...keysOf(meta), epoch])).toEqual([
      ['of the owner', 2],
      ['goes on', 2],
    ]);
    verifyChain(frames);
  });

  it('takes no other run of its commit with it', async () => {
    const [taken, own] = [newStream(), newStream()];
    const other = openAtStart(journal.writer(), taken, { epoch: 2 });
    other.append(fact('theirs'));
    await other.durable();
    const writer = journal.writer();
    const ends = [openAtStart(writer, taken), openAtStart(writer, own)];
    for (const end of ends) end.append(fact('mine'));
    expect(await Promise.all(ends.map((end) => failed(end.durable())))).toEqual(['run_lost', undefined]);
    expect(await journal.frames(own)).toHaveLength(1);
  });
});

describe('a frame that the database refuses', () => {
  it('ends its own run and takes no other of its commit with it', async () => {
    // PostgreSQL stores no zero byte.
    const refused = newStream({ tenant: 'a\u0000b' });
    const streams = [newStream(), refused, newStream()];
    const writer = journal.writer();
    const ends = streams.map((stream) => openAtStart(writer, stream));
    for (const end of ends) end.append(fact('a'));
    expect(await Promise.all(ends.map((end) => failed(end.durable())))).toEqual([
      undefined,
      'frame_refused',
      undefined,
    ]);
    for (const stream of streams) {
      expect(await journal.frames(stream)).toHaveLength(stream === refused ? 0 : 1);
    }
  });
});

describe('a writer that is stopped', () => {
  it('writes nothing more and tells everybody who waits', async () => {
    const writer = journal.writer();
    const [waiting, late] = [newStream(), newStream()];
    const end = openAtStart(writer, waiting);
    end.append(fact('a'));
    const asked = failed(end.durable());
    writer.stop();
    expect(await asked).toBe('run_lost');
    const after = openAtStart(writer, late);
    after.append(fact('a'));
    expect(await failed(after.durable())).toBe('run_lost');
    expect([...(await journal.frames(waiting)), ...(await journal.frames(late))]).toEqual([]);
  });

  it('gives up what a database that is away has not taken', async () => {
    const { pool, failNext } = watchedPool(journal.pool);
    for (let time = 0; time < 100; time += 1) failNext('before', cut());
    const writer = journal.writer(pool as pg.Pool);
    const ends = [newStream(), newStream()].map((stream) => openAtStart(writer, stream));
    for (const end of ends) end.append(fact('a'));
    const asked = ends.map((end) => failed(end.durable()));
    await new Promise((resolve) => setImmediate(resolve));
    writer.stop();
    expect(await Promise.all(asked)).toEqual(['run_lost', 'run_lost']);
  });
});

describe('a database whose disk is full', () => {
  it('is waited for, and told of once with the next step, and once when there is room', async () => {
    const { pool, failNext } = watchedPool(journal.pool);
    const full = () => Object.assign(new Error('No space left on device'), { code: '53100' });
    failNext('before', full());
    failNext('before', full());
    const told: (string | undefined)[] = [];
    const onAway = (reason?: Error) => void told.push(reason?.message);
    const writer = new JournalWriter({ pool, clock: systemClock, onAway });
    const stream = newStream();
    const end = openAtStart(writer, stream);
    end.append(fact('a'));
    await end.durable();
    expect(await journal.frames(stream)).toHaveLength(1);
    expect(told).toEqual([expect.stringMatching(/disk of the database is full.*Free some space/), undefined]);
  });
});

describe('a database that answers, but not with what it was asked', () => {
  const error = (code: string) => Object.assign(new Error(`SQLSTATE ${code}`), { code });

  it.each(['57014', '55P03', '25P03', 'XX000', '42501', 'EAI_AGAIN', 'EMFILE', 'ENETUNREACH'])(
    'is asked again with the same bytes, before or after it wrote them: %s',
    async (code) => {
      const { pool, failNext } = watchedPool(journal.pool);
      failNext('after', error(code));
      failNext('before', error(code));
      const stream = newStream();
      const end = openAtStart(journal.writer(pool), stream);
      end.append(fact('a'));
      await end.durable();
      expect(await journal.frames(stream)).toHaveLength(1);
    },
  );

  it('holds up only the run that it fails, however long, and says so once', async () => {
    const clock = new ManualClock();
    const advanceUntil = (isSo: () => boolean | undefined) =>
      expect.poll(() => clock.advance(1_000).then(isSo)).toBe(true);
    const [damaged, sound, later] = [newStream(), newStream(), newStream()];
    let mended = false;
    const pool = new Proxy(journal.pool, {
      get(target, name) {
        if (name !== 'query') return Reflect.get(target, name);
        return async (statement: pg.QueryConfig) => {
          const streams = statement.name?.startsWith('frames') ? (statement.values?.[1] as string[]) : [];
          if (!mended && streams.includes(damaged.id)) throw error('XX001');
          return target.query(statement);
        };
      },
    });
    const told: (string | undefined)[] = [];
    const onAway = (reason?: Error) => void told.push(reason?.message);
    const writer = new JournalWriter({ pool, clock, onAway });
    const ends = [damaged, sound, later].map((stream) => openAtStart(writer, stream));
    const [first, second, third] = ends.map((end) => {
      end.append(fact('a'));
      let written = false;
      void end.durable().then(() => {
        written = true;
      });
      return () => written;
    });
    await advanceUntil(() => second?.() && third?.());
    for (let time = 0; time < 20; time += 1) await clock.advance(1_000);
    expect(first?.()).toBe(false);
    // A commit needs no longer than ever.
    const next = openAtStart(writer, newStream());
    next.append(fact('b'));
    await next.durable();
    expect(told).toEqual([expect.stringMatching(`${damaged.id} .*tried again each second.*damaged tables`)]);

    mended = true;
    await advanceUntil(() => first?.());
    expect(await journal.frames(damaged)).toHaveLength(1);
    await expect.poll(() => told.length).toBe(2);
    expect(told[1]).toBeUndefined();
  });
});
