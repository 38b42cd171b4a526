import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTcpProxy, type TcpProxy } from '../fakes/tcp-proxy/index.ts';
import { type ChaosWorld, startChaosWorld } from './chaos-world.ts';
import { answerUntilEnded, beginInstalments, checkInstalments, ownersNow } from './instalments.ts';
import { INSTALMENTS } from './projects.ts';
import { type OwnDatabase, startOwnDatabase } from './storm/own-database.ts';

const OUTAGE = 5_000;
const RUNS = 9;

let database: OwnDatabase;
let proxy: TcpProxy;
let world: ChaosWorld;
beforeAll(async () => {
  database = await startOwnDatabase();
  proxy = await startTcpProxy(database.url);
  world = await startChaosWorld({
    workers: 3,
    capacity: RUNS / 3,
    database: { url: proxy.through(database.url), drop: async () => {} },
  });
  await world.deploy(INSTALMENTS);
}, 90_000);
afterAll(async () => {
  await world?.stop();
  await proxy?.stop();
  await database?.drop();
}, 60_000);

describe('a database that is away for 5 s', () => {
  it('costs no worker that lives a run, and only what a dead one was about is asked of a person', async () => {
    const runs = await beginInstalments(world, RUNS);
    const owned = await ownersNow(world, runs);
    const [dying] = world.crew.ready;
    if (dying === undefined) throw new Error('There is no worker.');
    const name = world.crew.nameOf(dying);
    const his = runs.filter((run) => owned.get(run) === name);
    expect(his.length).toBeGreaterThan(0);

    process.kill(await database.postmaster(), 'SIGQUIT');
    proxy.refuse();
    world.crew.kill(dying);
    await sleep(OUTAGE);
    proxy.restore();

    const asked = await answerUntilEnded(world, runs);
    const owners = await checkInstalments(world, runs);
    for (const run of runs) {
      // Nobody is declared dead in the truce after an outage: whoever lives has time to say so.
      if (his.includes(run)) expect(owners.get(run)?.length, run).toBeGreaterThan(1);
      else expect(owners.get(run), run).toHaveLength(1);
    }
    expect(his).toEqual(expect.arrayContaining([...asked]));
    expect(asked.size, 'he died in the middle of payments').toBeGreaterThan(0);
    expect(world.crew.accidents).toEqual([]);
  }, 120_000);
});
