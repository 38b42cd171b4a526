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
/** Of each way: a gateway serves for days, and its compiler works on it for the first few thousand requests. */
const WARM_UP = 8_000;
const BUSY = 5_000;
const IN_FLIGHT = 32;
const LONG = 100_000;

/** What stands between a client and a provider that answers at once: what it adds, how much it carries, what it keeps. */
export async function measure({ quick }: BenchOptions): Promise<Report> {
  const server = await startDatabaseServer();
  const upstream = await startUpstream();
  const bulkhead = await startBulkhead(upstream, await server.newDatabase());
  const passthrough = await startPassthrough(upstream);
  const portkey = await startPortkey(upstream);

  const relay = await figuresOf(upstream, bulkhead.relay);
  const peers: [string, Figures][] = [['plain Node', await figuresOf(upstream, passthrough)]];
  if (portkey !== undefined) peers.push(['portkey', await figuresOf(upstream, portkey)]);
  const governed = await figuresOf(upstream, bulkhead.governed);
  const memory = quick ? [] : await memoryRow(bulkhead.governed, passthrough, portkey);
  await server.stop();

  return {
    title: 'Gateway: Chat Completions of a fake provider that answers at once',
    conditions: [
      `${cpus().length} cores for all together: client, gateway, provider, and PostgreSQL with fsync for ours; Node ${process.versions.node}`,
      `each warmed up by ${WARM_UP} requests; added: ${ROUNDS * SINGLE} single requests, in turns with as many straight to the provider; busy: ${IN_FLIGHT} under way`,
      'policy off: the relay. Governed: API and worker in one process, each request a journaled run through every middleware of the model gateway; peers govern nothing and are shown as they are',
    ],
    rows: [...rowsOf(relay, false), ...rowsOf(governed, true), ...memory.map(({ row }) => row)],
    peers: Object.fromEntries(
      peers.map(([name, figures]) => [
        name,
        Object.fromEntries([
          ...[...rowsOf(figures, false), ...rowsOf(figures, true)].map(({ figure, value }) => [
            figure,
            value,
          ]),
          ...memory.flatMap(({ row, peers: kept }) => [[row.figure, kept[name]]]),
        ]),
      ]),
    ),
    notes: portkey === undefined ? [notInstalled('@portkey-ai/gateway')] : [],
  };
}

type Figures = { p50: number; p99: number; perSecond: number; cpu: number };

async function figuresOf(upstream: Way, way: Way): Promise<Figures> {
  progress(way.name);
  await drive(way, WARM_UP, IN_FLIGHT);
  const straight: number[] = [];
  const between: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    straight.push(...(await drive(upstream, SINGLE, 1)));
    between.push(...(await drive(way, SINGLE, 1)));
  }
  const cpu = way.pid === undefined ? Number.NaN : cpuMilliseconds(way.pid);
  const started = performance.now();
  await drive(way, BUSY, IN_FLIGHT);
  return {
    p50: percentile(between, 0.5) - percentile(straight, 0.5),
    p99: percentile(between, 0.99) - percentile(straight, 0.99),
    perSecond: BUSY / ((performance.now() - started) / 1_000),
    cpu: way.pid === undefined ? Number.NaN : (cpuMilliseconds(way.pid) - cpu) / BUSY,
  };
}

function rowsOf({ p50, p99, perSecond, cpu }: Figures, isGoverned: boolean): Row[] {
  const name = (figure: string) =>
    isGoverned ? `governed${figure.charAt(0).toUpperCase()}${figure.slice(1)}` : figure;
  return [
    { figure: name('addedP50Ms'), value: p50, unit: 'ms', better: 'less' },
    { figure: name('addedP99Ms'), value: p99, unit: 'ms', better: 'less' },
    { figure: name('requestsPerSecond'), value: perSecond, unit: '1/s', better: 'more' },
    { figure: name('cpuMsPerRequest'), value: cpu, unit: 'ms', better: 'less' },
  ];
}

/** Of the process that stands between, after as many requests as make every cache full and every leak seen. */
async function memoryRow(
  ours: Way,
  passthrough: Way,
  portkey: Way | undefined,
): Promise<{ row: Row; peers: Record<string, number> }[]> {
  const kept: Record<string, number> = {};
  for (const way of [ours, passthrough, ...(portkey === undefined ? [] : [portkey])]) {
    progress(`${LONG} requests: ${way.name}`);
    await drive(way, LONG, IN_FLIGHT);
    kept[way.name] = residentMegabytes(way.pid ?? 0);
  }
  const value = kept[ours.name] ?? Number.NaN;
  return [{ row: { figure: 'megabytesAfter100k', value, unit: 'MB', better: 'less' }, peers: kept }];
}
