import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { BulkheadError } from '../../../contract/errors.ts';
import type { Environment } from '../settings.ts';

export type ServiceOptions = {
  command: readonly [string, ...string[]];
  folder: string;
  environment: Environment;
  /** A line that it printed. */
  onLine: (line: string) => void;
  /** It ended unasked: its exit code. */
  onEnd: (code: number) => void;
};

export type Service = {
  /** Resolves when it listens on the `PORT` of its environment, when it ended, or after ten seconds. */
  ready: Promise<void>;
  /** Ends it and all that it started. */
  stop(): Promise<void>;
};

const READY_WITHIN = 10_000;
/** Longer than a keeper gives its service to end. */
const FREE_WITHIN = 4_000;
const LOOK_EVERY = 25;

const keeper = fileURLToPath(
  new URL(`./service-keeper.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url),
);

/**
 * Starts a program that lives no longer than this process. `node` is the Node that runs this one. It does not
 * get what is in the environment for Bulkhead itself.
 */
export function startService(options: ServiceOptions): Service {
  const [program, ...words] = options.command;
  const own = Object.entries(options.environment).filter(([name]) => !name.startsWith('BULKHEAD_'));
  const child = spawn(process.execPath, [keeper, program === 'node' ? process.execPath : program, ...words], {
    cwd: options.folder,
    env: Object.fromEntries(own),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true,
  });
  const ended = once(child, 'exit').then(([code]) => Number(code ?? 1));
  let stopping = false;
  const over = new AbortController();
  ended.then((code) => {
    over.abort();
    if (!stopping) options.onEnd(code);
  });
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', options.onLine);
  }
  const port = Number(options.environment.PORT);
  return {
    ready: port > 0 ? untilListening(port, over.signal) : Promise.resolve(),
    async stop() {
      stopping = true;
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/**
 * Waits until nobody listens on the port of a project's services: those of a `dev` that was killed end a moment after it.
 * Who answered there in their place would be told what the tools of this project do.
 *
 * @throws BulkheadError `service_port_taken`
 */
export async function untilPortIsFree(environment: Environment, folder: string): Promise<void> {
  const port = Number(environment.PORT);
  if (!(port > 0)) return;
  const deadline = performance.now() + FREE_WITHIN;
  while (await accepts(port)) {
    if (performance.now() > deadline) {
      throw new BulkheadError({
        code: 'service_port_taken',
        message: `Port ${port}, on which the services of ${folder} listen, is taken by another program. Stop that program, or choose another port: bulkhead.env.PORT in package.json, and the network of the tools that call it.`,
      });
    }
    await sleep(LOOK_EVERY);
  }
}

async function untilListening(port: number, over: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_WITHIN;
  while (!over.aborted && performance.now() < deadline) {
    if (await accepts(port)) return;
    await sleep(LOOK_EVERY);
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const answer = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
