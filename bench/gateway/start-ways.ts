import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { startChild } from '../child-process.ts';
import { closeAtEnd } from '../closing.ts';
import { resolveInstalled } from '../peers/installed.ts';
import type { Way } from './way.ts';

const file = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const PATH = '/v1/chat/completions';

/** The provider itself. */
export async function startUpstream(): Promise<Way> {
  const child = startChild(process.execPath, [file('upstream.ts')], quiet({}));
  return {
    name: 'direct',
    origin: `http://127.0.0.1:${await firstLine(child)}`,
    path: PATH,
    headers: {},
    model: 'gpt-5-mini',
  };
}

export async function startPassthrough(upstream: Way): Promise<Way> {
  const child = startChild(process.execPath, [file('passthrough.ts'), upstream.origin], quiet({}));
  return {
    ...upstream,
    name: 'plain Node',
    origin: `http://127.0.0.1:${await firstLine(child)}`,
    pid: pidOf(child),
  };
}

/** Bulkhead with all that governs a model call, on a database of its own, and its relay, with policy off. */
export async function startBulkhead(upstream: Way, database: string): Promise<{ governed: Way; relay: Way }> {
  const home = await mkdtemp(join(tmpdir(), 'bulkhead-bench-'));
  closeAtEnd(() => rm(home, { recursive: true, force: true }));
  const environment = {
    DATABASE_URL: database,
    BULKHEAD_HOME: home,
    BULKHEAD_RELAY: 'on',
    OPENAI_API_KEY: 'bench',
    OPENAI_BASE_URL: `${upstream.origin}/v1`,
  };
  const child = startChild(process.execPath, [file('bulkhead-process.ts')], quiet(environment));
  const { url, key } = JSON.parse(await firstLine(child)) as { url: string; key: string };
  const governed: Way = {
    name: 'bulkhead, governed',
    origin: url,
    path: PATH,
    headers: { authorization: `Bearer ${key}` },
    model: 'openai/gpt-5-mini',
    pid: pidOf(child),
  };
  const relay = {
    ...governed,
    name: 'bulkhead, relay',
    path: '/v1/relay/openai/chat/completions',
    model: upstream.model,
  };
  return { governed, relay };
}

/** Portkey's gateway as its package starts it; undefined where it is not installed. */
export async function startPortkey(upstream: Way): Promise<Way | undefined> {
  const program = resolveInstalled('@portkey-ai/gateway/build/start-server.js');
  if (program === undefined) return undefined;
  const port = await freePort();
  const child = startChild(process.execPath, [program, `--port=${port}`, '--headless'], quiet({}));
  child.stdout?.resume();
  const way: Way = {
    ...upstream,
    name: 'portkey',
    origin: `http://127.0.0.1:${port}`,
    headers: {
      authorization: 'Bearer bench',
      'x-portkey-provider': 'openai',
      'x-portkey-custom-host': `${upstream.origin}/v1`,
    },
    pid: pidOf(child),
  };
  await answering(way.origin);
  return way;
}

function quiet(environment: Record<string, string>) {
  return {
    env: { PATH: process.env.PATH, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'] as ['ignore', 'pipe', 'inherit'],
  };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('The process has no output.');
  const lines = createInterface({ input: child.stdout });
  const [line] = (await once(lines, 'line', { signal: AbortSignal.timeout(60_000) })) as [string];
  return line;
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('The process did not start.');
  return pid;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function answering(origin: string): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await (await fetch(origin)).text();
      return;
    } catch (error) {
      if (attempt === 200) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
