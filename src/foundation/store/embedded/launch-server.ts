import { spawn } from 'node:child_process';
import { rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { explainOutput } from './explain-failure.ts';
import type { Binaries } from './find-binaries.ts';
import { openHomeLog, writeHomeFile } from './home-file.ts';
import type { Cluster } from './locate-cluster.ts';
import { findRunningServer, type RunningServer } from './running-server.ts';
import { accessRules, type Durability, serverArguments, serverEnvironment } from './server-settings.ts';

/** What became of one attempt to start the server. */
export type Launch =
  | { started: RunningServer }
  /** Another process took the port between our look and the start. */
  | { failed: 'port_taken' }
  /** Another server of this folder is there, or the last processes of one that was killed. */
  | { failed: 'predecessor_ending' };

/** How long a recovery may take before the start counts as failed. Milliseconds. */
const patience = 300_000;

/** The log is set aside before a start once it is this long. Bytes. */
const longestLog = 16_000_000;

/**
 * Starts the server in a session of its own, so that neither Ctrl-C nor our death reaches it, and waits
 * until it accepts connections; a recovery after a crash may take its time. It writes to
 * `<home>/postgres.log`.
 *
 * @throws BulkheadError `disk_full`, `database_did_not_start`
 * @example
 * const launch = await launchServer(cluster, binaries, { port: 24017, durability: 'full' });
 */
export async function launchServer(
  cluster: Cluster,
  binaries: Binaries,
  options: { port: number; durability: Durability },
): Promise<Launch> {
  const accessFile = join(cluster.root, 'access.conf');
  await writeHomeFile(accessFile, accessRules, 0o644);

  const logFile = join(cluster.home, 'postgres.log');
  await rotate(logFile);
  const log = await openHomeLog(logFile);
  try {
    const { size: logStart } = await log.stat();
    const server = spawn(
      join(binaries.folder, 'bin', 'postgres'),
      ['-D', cluster.data, '-p', String(options.port), ...serverArguments(accessFile, options.durability)],
      {
        cwd: cluster.root,
        env: serverEnvironment,
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        ...cluster.user,
      },
    );
    let spawnError: Error | undefined;
    server.once('error', (error) => {
      spawnError = error;
    });
    server.unref();

    const deadline = performance.now() + patience;
    while (server.exitCode === null && server.signalCode === null) {
      if (spawnError !== undefined) throw spawnError;
      const running = await findRunningServer(cluster.data);
      if (running?.pid === server.pid && running?.status === 'ready') return { started: running };
      // A server that cannot be made ready is told to end, and is then explained from its log like any other.
      if (performance.now() > deadline) server.kill('SIGQUIT');
      await sleep(10);
    }
    const { buffer, bytesRead } = await log.read({ buffer: Buffer.alloc(65_536), position: logStart });
    return explainExit(buffer.toString('utf8', 0, bytesRead), cluster.home);
  } finally {
    await log.close();
  }
}

function explainExit(output: string, home: string): Launch {
  if (/could not bind|could not create any TCP\/IP sockets/.test(output)) return { failed: 'port_taken' };
  if (/pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(output))
    return { failed: 'predecessor_ending' };
  throw explainOutput(output, home);
}

async function rotate(logFile: string): Promise<void> {
  const size = await stat(logFile).then(
    (found) => found.size,
    () => 0,
  );
  if (size > longestLog) await rename(logFile, `${logFile}.1`);
}
