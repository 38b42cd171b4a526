import { cpus } from 'node:os';
import { startDatabaseServer } from '../database-server.ts';
import { measurePeers } from '../peers/measure-peers.ts';
import { progress } from '../progress.ts';
import { type BenchOptions, percentile, type Report } from '../report.ts';
import { startBareEngine } from './bare-engine.ts';
import { bareThroughput, governedThroughput, idle } from './busy-engine.ts';
import { busyRows, idleRows, waitingRows } from './engine-rows.ts';
import { smallTenantStarts } from './small-tenant.ts';
import { takeovers } from './takeover.ts';
import { waitingCost } from './waiting.ts';

const RUNS = 4_000;
const IDLE_RUNS = 200;
const KILLS = 15;
const SMALL_TENANT_STARTS = 31;
const WAITING = 100_000;
const WOKEN = 10_000;
const IDLE_SECONDS = 10;

const title = 'Engine: runs of ten steps that return a kilobyte each, 50 in flight';
const place = `${cpus().length} cores, Node ${process.versions.node}, embedded PostgreSQL with fsync on`;

/** The engine alone, then with its walls, then with much that waits; the peers in the same run on the same server. */
export async function measure({ quick }: BenchOptions): Promise<Report> {
  const server = await startDatabaseServer();
  progress('ten memos, ten tools, single runs');
  const memos = await bareThroughput(server, 'memos', RUNS);
  const tools = await bareThroughput(server, 'tools', RUNS / 2);
  const idleTimes = await idle(server, IDLE_RUNS);
  if (quick) {
    const conditions = [place, 'quick: the bare engine alone'];
    return {
      title,
      conditions,
      rows: [...busyRows({ memos, tools }), ...idleRows(idleTimes)],
      peers: {},
      notes: [],
    };
  }

  // At once, because the machine's speed drifts.
  const { peers, notes } = await measurePeers(server, progress);

  progress('both gateways and the code host');
  const governed = await governedThroughput(server, RUNS / 2);

  progress('a small tenant behind 10,000 runs of a large one');
  const crowded = await server.newDatabase();
  const starts = await smallTenantStarts(crowded, SMALL_TENANT_STARTS);
  await server.drop(crowded);

  progress(`${KILLS} workers killed`);
  const deadly = await server.newDatabase();
  // It only submits: the runs belong to the processes that are killed.
  const submitter = await startBareEngine(deadly, { capacity: 0 });
  const gaps = await takeovers(deadly, submitter, KILLS);
  await submitter.stop();
  await server.drop(deadly);

  progress(`${WAITING} waiting runs, then ${WOKEN} that wake at once`);
  const sleepy = await server.newDatabase();
  const waiting = await waitingCost(sleepy, { runs: WAITING, woken: WOKEN, seconds: IDLE_SECONDS });
  await server.drop(sleepy);

  await server.stop();
  return {
    title,
    conditions: [
      `${place}; ${RUNS} runs of memos, ${RUNS / 2} of tools and governed, each after a warm-up of a tenth`,
      'bare: ledger only, code in the worker; governed: both gateways with all middlewares, code host process, 5 memos + 5 write tools',
      `takeover: kill -9 of the executing worker to the next step in another process, ${KILLS} kills`,
      `small tenant: submission to first step behind 10,000 queued runs of another, ${starts.length} times`,
      `waiting: ${WAITING} real runs asleep for a day, beside a worker that has just started; waking: ${WOKEN} real runs that slept until one moment, 50 at once`,
    ],
    rows: [
      ...busyRows({ memos, tools, governed }),
      ...idleRows(idleTimes),
      { figure: 'takeoverP95Ms', value: percentile(gaps, 0.95), unit: 'ms', better: 'less' },
      { figure: 'smallTenantStartMs', value: percentile(starts, 0.5), unit: 'ms', better: 'less' },
      { figure: 'smallTenantStartMaxMs', value: Math.max(...starts), unit: 'ms', better: 'less' },
      ...waitingRows(waiting),
    ],
    peers,
    notes,
  };
}
