import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import type { Duplex } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { BulkheadError, deserializeError } from '../../contract/errors.ts';
import { openChannel } from '../channel.ts';
import type { ToHost } from '../protocol.ts';
import type { CodeHost } from './code-host.ts';
import { HostClient, type NetworkFetch } from './host-client.ts';
import { hostProgram } from './host-program.ts';
import { lastWords, outOfMemory } from './last-words.ts';
import { readMessage } from './read-message.ts';
import { residentMemory } from './resident-memory.ts';

export type ProcessHostOptions = {
  /** Path of the bundle's file. */
  bundle: string;
  networkFetch: NetworkFetch;
  /** Lines that author code printed. */
  log: (line: string) => void;
  /** Of the host's heap. Default 256. */
  megabytes?: number;
  /** A host that answers no ping for so long is ended. Default 5,000 ms. */
  unresponsiveAfter?: number | undefined;
};

export type ProcessHost = CodeHost & {
  readonly client: HostClient;
  readonly alive: boolean;
  kill(): void;
};

const STARTUP = 20_000;
const MEGABYTE = 1024 * 1024;
/** What a host may hold beside its heap: Node itself, and buffers, which no option of Node bounds. */
const OUTSIDE_HEAP = 256;
/** How often its memory is looked at, ms. */
const MEMORY_LOOK = 250;

/** Where the host finds the one library that it loads: a JSON Schema validator, with what that needs. */
function libraries(): string {
  const path = createRequire(import.meta.url).resolve('ajv');
  return `${path.slice(0, path.lastIndexOf(`${sep}node_modules${sep}`))}${sep}node_modules`;
}

/**
 * Starts a child process for one bundle: an empty environment, Node's permission model (no file but
 * its own code, no child process, no worker, no add-on), a bounded heap, a heartbeat.
 *
 * @throws BulkheadError `invalid_definition` when the bundle cannot be loaded, `code_host_died` when the process ends first
 */
export async function startProcessHost(options: ProcessHostOptions): Promise<ProcessHost> {
  const { bundle, megabytes = 256, unresponsiveAfter = 5_000 } = options;
  const program = await hostProgram(dirname(bundle));
  const child = spawn(
    process.execPath,
    [
      '--permission',
      // Its files are not behind the permission model's wall, and neither is the inspector that a signal opens.
      '--no-experimental-sqlite',
      '--disable-sigusr1',
      ...[program.path, ...program.reads, libraries(), bundle].map((path) => `--allow-fs-read=${path}`),
      '--enable-source-maps',
      '--disable-warning=ExperimentalWarning',
      `--max-old-space-size=${megabytes}`,
      program.path,
      pathToFileURL(bundle).href,
    ],
    { cwd: dirname(bundle), env: {}, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] },
  );
  const words = lastWords(child, options.log);
  let client: HostClient | undefined;
  let alive = true;
  let why: { code: string; message: string } | undefined;
  let heard = Date.now();
  /** Bytes of memory, as of the last look. */
  let held = 0;

  const end = (death: { code: string; message: string }) => {
    why ??= death;
    child.kill('SIGKILL');
  };

  const ready = Promise.withResolvers<HostClient>();
  const channel = openChannel<ToHost, unknown>(child.stdio[3] as Duplex, {
    receive(received) {
      const message = readMessage(received);
      heard = Date.now();
      if (message.type === 'refused') return ready.reject(deserializeError(message.error));
      if (message.type !== 'ready') return client?.receive(message);
      if (client !== undefined) throw new Error('ready, a second time');
      client = new HostClient({
        manifest: message.manifest,
        networkFetch: options.networkFetch,
        send: (sent) => {
          if (alive) channel.send(sent);
        },
      });
      ready.resolve(client);
    },
    fail(error) {
      // A broken pipe says nothing but that the process is gone; its last words say why.
      if ('syscall' in error) child.kill('SIGKILL');
      else
        end({ code: 'code_host_died', message: `The code host sent what cannot be read: ${error.message}.` });
    },
  });

  const started = setTimeout(
    () =>
      end({
        code: 'code_host_died',
        message: `The project did not load within ${STARTUP / 1000} s. Look for work at the top level of its modules.`,
      }),
    STARTUP,
  );
  let pings = 0;
  const heartbeat = setInterval(() => {
    if (client === undefined) return;
    pings += 1;
    const silent = Date.now() - heard;
    // After a stall of this process the answer may lie in the socket, unread: one more turn decides.
    if (silent > unresponsiveAfter) {
      setImmediate(() => {
        if (Date.now() - heard < unresponsiveAfter) return;
        // A heap that is nearly full keeps its process busy with cleaning up, long before it is quite full.
        if (held >= megabytes * MEGABYTE) return end(outOfMemory(megabytes));
        end({
          code: 'code_unresponsive',
          message: `The code ran for ${unresponsiveAfter / 1000} s without giving way; an endless loop or heavy work on the main thread does that.`,
        });
      });
    }
    if (alive) channel.send({ type: 'ping', number: pings });
  }, unresponsiveAfter / 5);
  heartbeat.unref();
  const memory = setInterval(async () => {
    held = (child.pid === undefined ? undefined : await residentMemory(child.pid)) ?? held;
    if (held >= (megabytes + OUTSIDE_HEAP) * MEGABYTE) end(outOfMemory(megabytes));
  }, MEMORY_LOOK);
  memory.unref();

  child.on('error', (error) =>
    end({ code: 'code_host_died', message: `The code host could not be started: ${error.message}.` }),
  );
  child.on('exit', () => {
    alive = false;
    clearTimeout(started);
    clearInterval(heartbeat);
    clearInterval(memory);
  });
  // Not before all that it said was read.
  child.on('close', (code, signal) => {
    const death = why ?? words.explain(code, signal, megabytes);
    ready.reject(new BulkheadError({ ...death, retryable: true }));
    client?.die(death);
  });

  const host = await ready.promise
    .finally(() => clearTimeout(started))
    .catch((error: unknown) => {
      child.kill('SIGKILL');
      throw error;
    });
  child.unref();
  return {
    manifest: host.manifest,
    client: host,
    start: host.start.bind(host),
    parse: host.parse.bind(host),
    approval: host.approval.bind(host),
    verify: host.verify.bind(host),
    invoke: host.invoke.bind(host),
    watch: host.watch.bind(host),
    kill: () => end({ code: 'code_host_stopped', message: 'The code host was stopped.' }),
    get alive() {
      return alive;
    },
  };
}
