import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock, settled } from '../../../test/fakes/manual-clock.ts';
import { BulkheadError } from '../../contract/errors.ts';
import { databaseUnreachable } from '../../foundation/store/index.ts';
import { dataKeyFrom } from '../../foundation/vault/index.ts';
import type { IntakeSource } from './config/source.ts';
import type { IntakeMessage, Verdict } from './message.ts';
import { createTake, type TakeParts } from './take-message.ts';

const SOURCE: IntakeSource = {
  kind: 'redis',
  name: 'runs',
  broker: 'redis://127.0.0.1',
  queue: 'runs',
  tenant: 'acme',
  deadLetter: 'runs:dead',
  replyTo: [],
  prefetch: 4,
  takenOverAfter: 30_000,
};
const message = (id: string | undefined = 'm-1'): IntakeMessage => ({
  id,
  body: Buffer.from('{"agent":"support","input":"Hi"}'),
  replyTo: undefined,
});

const stopping = new AbortController();
let rings = 0;
afterEach(() => {
  rings = 0;
});

/** A source whose transactions end as a test says. */
function takeWith(outcome: () => Promise<{ run: string; created: boolean }>) {
  const clock = new ManualClock();
  const logged: string[] = [];
  const unused = (): never => {
    throw new Error('not to be called');
  };
  const parts: TakeParts = {
    keys: {} as TakeParts['keys'],
    models: { check: unused, defaultModel: 'local' },
    allowLoopback: false,
    doorbell: {
      ring: () => {
        rings += 1;
      },
      listen: unused,
      close: unused,
    },
    together: (async () => outcome()) as TakeParts['together'],
    tenantStream: async () => ({ key: dataKeyFrom(Buffer.alloc(32)) }),
    clock,
    log: (level, text) => void logged.push(`${level} ${text}`),
  };
  const take = createTake(SOURCE, parts, stopping.signal);
  const taken = async (given = message()): Promise<Verdict> => {
    const verdict = take(given);
    await settled();
    await clock.advance(10_000);
    return verdict;
  };
  return { take, taken, clock, logged };
}

const failing = (error: unknown) => takeWith(() => Promise.reject(error));
const sqlError = (code: string) => Object.assign(new Error(`SQLSTATE ${code}`), { code });

describe('a message', () => {
  it('is taken once its run is durable, and workers are told', async () => {
    const { taken } = takeWith(async () => ({ run: 'r', created: true }));
    expect(await taken()).toEqual({ kind: 'taken' });
    expect(rings).toBe(1);
  });

  it('that came again is taken, and nobody needs to be told', async () => {
    const { taken } = takeWith(async () => ({ run: 'r', created: false }));
    expect(await taken()).toEqual({ kind: 'taken' });
    expect(rings).toBe(0);
  });

  it('that the API would refuse is refused with the same sentence', async () => {
    const { taken, logged } = failing(
      new BulkheadError({ code: 'unknown_agent', message: 'There is no agent "x".', status: 404 }),
    );
    expect(await taken()).toEqual({ kind: 'refused', reason: 'There is no agent "x".' });
    expect(logged).toEqual(['warn A message cannot become a run and goes to the dead letters.']);
  });

  it('without an id is refused, because it could start a second run', async () => {
    const { taken } = takeWith(async () => ({ run: 'r', created: true }));
    expect(await taken({ ...message(), id: undefined })).toMatchObject({ kind: 'refused' });
  });

  it.each([
    ['cannot be reached', databaseUnreachable(new Error('ECONNREFUSED'))],
    ['lost the connection', sqlError('57P01')],
    ['has a full disk', sqlError('53100')],
    ['only reads, as after a failover', sqlError('25006')],
    ['could not serialise', sqlError('40001')],
    ['gave up waiting for a lock', sqlError('55P03')],
    ['has no name for the moment', sqlError('EAI_AGAIN')],
  ])('is left however long the database %s', async (_, error) => {
    const { taken, logged } = failing(error);
    for (let time = 0; time < 50; time += 1) expect(await taken()).toEqual({ kind: 'left' });
    expect(logged).toEqual(['warn Messages cannot become runs at the moment; they are left where they are.']);
  });

  it.each([
    ['nobody foresaw', new TypeError('undefined is not a function')],
    ['speaks of its data', sqlError('22021')],
  ])('is refused after five failures for a reason that %s', async (_, error) => {
    const { taken } = failing(error);
    for (let time = 0; time < 4; time += 1) expect(await taken()).toEqual({ kind: 'left' });
    expect(await taken()).toMatchObject({ kind: 'refused', reason: expect.stringContaining('5 times') });
  });

  it('is not handed back before a pause, so that nothing is asked faster than it can be answered', async () => {
    const { take, clock } = failing(databaseUnreachable(new Error('away')));
    let left = false;
    const verdict = take(message()).then(() => {
      left = true;
    });
    await settled();
    expect({ left, sleeping: clock.sleeping }).toEqual({ left: false, sleeping: 1 });
    await clock.advance(100);
    await verdict;
  });
});
