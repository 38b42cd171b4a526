import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { BulkheadError } from '../../../contract/errors.ts';
import { adoptServer, waitForAnswer } from './adopt-server.ts';
import { choosePort } from './choose-port.ts';
import { explainOutput } from './explain-failure.ts';
import type { Binaries } from './find-binaries.ts';
import { readHomeFile, writeHomeFile } from './home-file.ts';
import { initialiseCluster } from './initialise-cluster.ts';
import { launchServer } from './launch-server.ts';
import type { Cluster } from './locate-cluster.ts';
import { databaseName, databaseUrl, withConnection } from './owner-connection.ts';
import { majorOfData, prepareBinaries } from './prepare-binaries.ts';
import type { RunningServer } from './running-server.ts';
import type { Durability } from './server-settings.ts';
import { stopServer } from './stop-server.ts';

/** What a server is brought up with. */
export type ServerWish = {
  cluster: Cluster;
  password: string;
  durability: Durability;
  /** A port that was handed out already, from which the server may not move. */
  fixedPort?: number;
};

/** A server that was brought up. */
export type UpServer = {
  server: RunningServer;
  /** Whether it was running already. */
  adopted: boolean;
};

/** Starts that may fail for a passing reason: a port that was taken, a killed server's last processes. */
const maximumStarts = 50;

/**
 * Sees to it that exactly one server runs on the cluster: adopts the one that does, or starts one. The
 * caller holds the lock of the data folder.
 *
 * @throws BulkheadError the codes of startEmbeddedPostgres that concern the server
 * @example
 * const { server, adopted } = await bringUpServer({ cluster, password, durability: 'full' });
 */
export async function bringUpServer(wish: ServerWish): Promise<UpServer> {
  const { cluster, password, durability, fixedPort } = wish;
  const portFile = join(cluster.home, 'postgres.port');
  let wanted = Number(await readHomeFile(portFile)) || undefined;
  let binaries: Binaries | undefined;

  for (let start = 0; start < maximumStarts; start += 1) {
    const running = await adoptServer(cluster, password);
    if (running !== undefined) {
      const isWeaker = durability === 'full' && !running.isDurable;
      if (!isWeaker) return complete({ server: running.server, adopted: true }, wish);
      await stopServer(running.server);
    }

    binaries ??= await prepareCluster(wish);
    const port = fixedPort ?? (await choosePort(wanted));
    const launch = await launchServer(cluster, binaries, { port, durability });
    if ('started' in launch) {
      await writeHomeFile(portFile, String(port));
      return complete({ server: launch.started, adopted: false }, wish);
    }
    if (launch.failed === 'port_taken') wanted = undefined;
    await sleep(100);
  }
  throw new BulkheadError({
    code: 'database_did_not_start',
    message:
      fixedPort === undefined
        ? `The embedded PostgreSQL of ${cluster.home} found no free port, or an earlier server of it does not end.`
        : `The embedded PostgreSQL of ${cluster.home} cannot have its port ${fixedPort} back, because another program took it. Stop that program, or start Bulkhead again to move to another port.`,
    status: 500,
    retryable: true,
  });
}

async function prepareCluster(wish: ServerWish): Promise<Binaries> {
  const { cluster } = wish;
  const binaries = await prepareBinaries(cluster);
  if ((await majorOfData(cluster.data)) !== undefined) return binaries;
  const content = await readdir(cluster.data).catch(() => []);
  if (content.length > 0) throw explainOutput(`${cluster.data} has lost its file PG_VERSION`, cluster.home);
  await initialiseCluster(cluster, binaries, wish);
  return binaries;
}

/** A start that was interrupted may have left a server without the application's database. */
async function complete(up: UpServer, { cluster, password }: ServerWish): Promise<UpServer> {
  try {
    if ((await waitForAnswer(up.server, cluster, password)) === undefined) {
      throw explainOutput('its server ended right after the start', cluster.home);
    }
    await withConnection(databaseUrl(up.server.port, password, 'postgres'), async (client) => {
      const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [databaseName]);
      if (rowCount === 0) await client.query(`CREATE DATABASE ${databaseName}`);
    });
    return up;
  } catch (error) {
    await stopServer(up.server);
    throw error;
  }
}
