import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startChild } from '../child-process.ts';
import { closeAtEnd } from '../closing.ts';

/** When Redis writes its log through to the disk: once a second, so that a second can be lost, or before it answers. */
export type AppendFsync = 'everysec' | 'always';

/** A Redis of our own with an append-only file, on a free port and in a temporary folder; undefined where there is none. */
export async function startRedis(
  fsync: AppendFsync,
): Promise<{ port: number; stop(): Promise<void> } | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-bench-redis-'));
  const port = await freePort();
  const settings = {
    port,
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: 'yes',
    appendfsync: fsync,
    'maxmemory-policy': 'noeviction',
  };
  const server = startChild(
    'redis-server',
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    { stdio: 'ignore' },
  );
  let ended = false;
  const end = new Promise<void>((resolve) => {
    server.once('error', () => resolve());
    server.once('exit', () => resolve());
  }).then(() => {
    ended = true;
  });
  const stop = closeAtEnd(async () => {
    server.kill('SIGTERM');
    await end;
    await rm(folder, { recursive: true, force: true });
  });
  while (!ended && !(await accepts(port))) await sleep(20);
  if (!ended) return { port, stop };
  await stop();
  return undefined;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
