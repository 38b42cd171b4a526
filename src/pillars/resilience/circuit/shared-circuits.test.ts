import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../../../test/database/connection.ts';
import { createTestDatabase, type TestDatabase } from '../../../../test/database/index.ts';
import { systemClock } from '../../../contract/clock.ts';
import { openStore, type Store } from '../../../foundation/store/index.ts';
import { breaker } from './breaker.ts';
import { Circuits } from './circuits.ts';
import { createHealthTable } from './health-table.ts';
import { listProviders } from './list-providers.ts';
import { FakeUpstream, failure } from './testing/ask.ts';

const MODEL = 'openai/gpt-5-mini';

let database: TestDatabase;
const stores: Store[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  for (let worker = 0; worker < 4; worker += 1) {
    stores.push(openStore({ url: database.url, role: 'bulkhead_worker', connections: 2 }));
  }
});
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await database?.drop();
});

/** As if the pause had passed. */
const pausePasses = () =>
  withConnection(database.url, (client) => client.query('UPDATE provider_health SET probe_at = now()'));
const shown = () =>
  withConnection(database.url, async (client) => {
    const [health] = await listProviders(client as unknown as Parameters<typeof listProviders>[0]);
    return health;
  });

describe('four workers that share a database', () => {
  it('send a dead provider no more than it takes to see it, and one call at a time to see it recover', async () => {
    const upstream = new FakeUpstream();
    const told: string[] = [];
    const workers = stores.map(({ pool }) => {
      const circuits = new Circuits({
        table: createHealthTable(pool),
        clock: systemClock,
        random: () => 0,
        log: (message) => void told.push(message),
      });
      return { circuits, control: breaker(circuits) };
    });
    const readAgain = async () => {
      await Promise.all(workers.map(({ circuits }) => circuits.settled()));
      await Promise.all(workers.map(({ circuits }) => circuits.refresh()));
    };
    /** Ten calls from each of them at once. */
    const storm = () =>
      Promise.all(
        workers.flatMap(({ control }) => Array.from({ length: 10 }, () => upstream.ask(control, MODEL))),
      );
    const [first] = workers;
    if (first === undefined) throw new Error('There is no worker.');

    upstream.failure = failure('provider_unavailable', { status: 503 });
    for (let call = 0; call < 5; call += 1) await upstream.ask(first.control, MODEL);
    await readAgain();
    expect(new Set(await storm())).toEqual(new Set(['provider_circuit_open']));
    expect(upstream.requests).toBe(5);
    expect(await shown()).toMatchObject({ name: MODEL, state: 'open', lastError: 'provider_unavailable' });

    for (let probe = 1; probe <= 2; probe += 1) {
      await pausePasses();
      expect((await shown())?.state).toBe('half-open');
      await readAgain();
      await storm();
      expect(upstream.requests).toBe(5 + probe);
      await readAgain();
      expect((await shown())?.state).toBe('open');
    }

    upstream.failure = undefined;
    await pausePasses();
    await readAgain();
    expect((await storm()).filter((answer) => answer === 'answered').length).toBeGreaterThanOrEqual(1);
    await readAgain();
    expect(new Set(await storm())).toEqual(new Set(['answered']));
    expect(await shown()).toMatchObject({ state: 'closed', until: null });
    expect(told).toHaveLength(2);
  });

  it('let the pauses go on growing of a provider that fails again soon', async () => {
    const table = createHealthTable((stores[0] as Store).pool);
    const failing = { name: 'flaky/model', code: 'provider_unavailable', jitter: 1 };
    const token = '01990000-0000-4000-8000-000000000001';
    const probeIn = async () => (await table.read()).find(({ name }) => name === failing.name)?.probeIn ?? 0;
    expect(await table.open(failing)).toBe(true);
    expect(await table.open(failing)).toBe(false);
    const short = await probeIn();
    await pausePasses();
    expect(await table.probe({ name: failing.name, token }, 60_000)).toBe(true);
    expect(await table.close({ name: failing.name, token })).toBe(true);
    expect(await table.open(failing)).toBe(true);
    expect((await probeIn()) / short).toBeGreaterThan(1.5);
  });
});
