import { cpus } from 'node:os';
import { startDatabaseServer } from '../../database-server.ts';
import { progress } from '../../progress.ts';
import type { BenchOptions, Report } from '../../report.ts';
import { byEntrySize } from './entry-sizes.ts';
import { byInFlight } from './in-flight.ts';
import { byStoredRuns } from './stored-runs.ts';
import { byWorkers } from './workers.ts';

const upTo = (levels: readonly number[], quick: boolean, quickest: number) =>
  levels.filter((level) => !quick || level <= quickest);

/** What becomes of the bare engine's figures as its work grows. */
export async function measure({ quick }: BenchOptions): Promise<Report> {
  const server = await startDatabaseServer();
  progress('runs in flight');
  const inFlight = await byInFlight(server, upTo([10, 50, 500, 5_000], quick, 500));
  progress('sizes of entries');
  const sizes = await byEntrySize(server, upTo([1, 4, 16, 64], quick, 16));
  progress('worker processes');
  const workers = await byWorkers(server, upTo([1, 2, 3, 4], quick, 2));
  progress('stored runs');
  const stored = await byStoredRuns(server, upTo([1_000, 10_000, 100_000, 1_000_000], quick, 10_000));
  await server.stop();
  return {
    title: 'Engine: as work grows',
    conditions: [
      `${cpus().length} cores, Node ${process.versions.node}, embedded PostgreSQL with fsync on; the bare engine, sealed and chained`,
    ],
    rows: [],
    peers: {},
    growth: [stored, inFlight, workers, sizes],
    notes: [],
  };
}
