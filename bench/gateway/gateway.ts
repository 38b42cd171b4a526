import { cpus } from 'node:os';
import { cpuMilliseconds, residentMegabytes } from '../cost/process-tree.ts';
import { startDatabaseServer } from '../database-server.ts';
import { notInstalled } from '../peers/installed.ts';
import { progress } from '../progress.ts';
import { type BenchOptions, percentile, type Report, type Row } from '../report.ts';
import { startBulkhead, startPassthrough, startPortkey, startUpstream } from './start-ways.ts';
import { drive, type Way } from './way.ts';

const ROUNDS = 10;
const SINGLE = 100;
const BUSY = 5_000;
const IN_FLIGHT = 32;
const LONG = 100_000;

type Figures = Record<string, number>;

/** What stands between a client and a provider that answers at once: what it adds, how much it carries, what it keeps. */
export async function measure({ quick }: BenchOptions): Promise<Report> {
  const server = await startDatabaseServer();
  const upstream = await startUpstream();
  const bulkhead = await startBulkhead(upstream, await server.newDatabase());
  const passthrough = await startPassthrough(upstream);
  const portkey = await startPortkey(upstream);
  const peers = [passthrough, ...(portkey === undefined ? [] : [portkey])];

  const ours = await figuresOf(upstream, bulkhead, quick);
  const theirs: [string, Figures][] = [];
  for (const peer of peers) theirs.push([peer.name, await figuresOf(upstream, peer, quick)]);
  await server.stop();

  return {
    title: 'Gateway: Chat Completions of a fake provider that answers at once',
    conditions: [
      `${cpus().length} cores for all together: client, gateway, provider, and PostgreSQL with fsync for ours; Node ${process.versions.node}`,
      `added: ${ROUNDS * SINGLE} single requests, in turns with as many straight to the provider; busy: ${IN_FLIGHT} under way`,
      'bulkhead: API and worker in one process, each request a journaled run through every middleware of the model gateway',
    ],
    rows: rowsOf(ours),
    peers: Object.fromEntries(theirs.map(([name, figures]) => [name, figures])),
    notes: portkey === undefined ? [notInstalled('@portkey-ai/gateway')] : [],
  };
}

async function figuresOf(upstream: Way, way: Way, quick: boolean): Promise<Figures> {
  progress(way.name);
  await drive(way, 500, IN_FLIGHT);
  const straight: number[] = [];
  const between: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    straight.push(...(await drive(upstream, SINGLE, 1)));
    between.push(...(await drive(way, SINGLE, 1)));
  }
  const started = performance.now();
  const cpu = way.pid === undefined ? 0 : cpuMilliseconds(way.pid);
  await drive(way, BUSY, IN_FLIGHT);
  const figures: Figures = {
    governedAddedP50Ms: percentile(between, 0.5) - percentile(straight, 0.5),
    governedAddedP99Ms: percentile(between, 0.99) - percentile(straight, 0.99),
    governedRequestsPerSecond: BUSY / ((performance.now() - started) / 1_000),
  };
  if (way.pid !== undefined) figures.cpuMsPerRequest = (cpuMilliseconds(way.pid) - cpu) / BUSY;
  if (quick || way.pid === undefined) return figures;
  await drive(way, LONG - BUSY, IN_FLIGHT);
  return { ...figures, megabytesAfter100k: residentMegabytes(way.pid) };
}

function rowsOf(figures: Figures): Row[] {
  const units: Record<string, Pick<Row, 'unit' | 'better'>> = {
    governedAddedP50Ms: { unit: 'ms', better: 'less' },
    governedAddedP99Ms: { unit: 'ms', better: 'less' },
    governedRequestsPerSecond: { unit: 'requests/s', better: 'more' },
    cpuMsPerRequest: { unit: 'ms', better: 'less' },
    megabytesAfter100k: { unit: 'MB', better: 'less' },
  };
  return Object.entries(units).flatMap(([figure, unit]) => {
    const value = figures[figure];
    return value === undefined ? [] : [{ figure, value, ...unit }];
  });
}
