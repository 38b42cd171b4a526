/** The code host's process: loads one bundle, without keys, environment or file system, and serves its worker over descriptor 3. */
import { registerHooks } from 'node:module';
import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { BulkheadError, serializeError } from '../../contract/errors.ts';
import { definitionsOf } from '../bundle/definitions-of.ts';
import { describeModule } from '../bundle/describe.ts';
import { locateAuthorError } from '../bundle/locate-author-error.ts';
import { type Channel, openChannel } from '../channel.ts';
import type { FromHost, ToHost } from '../protocol.ts';
import { denySignals } from './deny-signals.ts';
import { HostRuntime } from './runtime.ts';

export * from '../../index.ts';

const ownEntry = pathToFileURL(String(process.argv[1])).href;

// A bundle leaves `bulkhead` out: it gets the copy that this host runs, wherever the project stood.
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'bulkhead' ? { url: ownEntry, shortCircuit: true } : next(specifier, context),
});

denySignals();
// Ctrl-C and a supervisor's SIGTERM reach the whole group of processes. The worker is asked by them and lets calls end;
// a host that ended first would take those calls with it.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

const bundle = process.argv[2];
const socket = new Socket({ fd: 3, readable: true, writable: true });
let runtime: HostRuntime | undefined;
const channel: Channel<FromHost> = openChannel<FromHost, ToHost>(socket, {
  receive: (message) => runtime?.receive(message),
  fail: () => process.exit(1),
});
// A worker that is gone has no use for its hosts.
socket.on('close', () => process.exit(0));
// A promise that an author forgot must not take the other runs of this host down.
process.on('unhandledRejection', (reason) => console.error('unhandled rejection:', reason));

const send = (message: FromHost) => {
  try {
    channel.send(message);
  } catch (error) {
    refuse(message, error);
  }
};

/** A value too large to send fails the fetch, the call or the run that made it. */
function refuse(message: FromHost, error: unknown): void {
  const settled = { ok: false as const, error: { ...serializeError(error), endsRun: true } };
  if (message.type === 'answer') {
    channel.send({ type: 'answer', request: message.request, answer: { kind: 'settled', settled } });
  } else if (message.type === 'fetch') {
    runtime?.receive({ type: 'fetched', fetch: message.fetch, response: { error: serializeError(error) } });
  } else if (message.type === 'ready') {
    channel.send({ type: 'refused', error: serializeError(error) });
  } else if ('execution' in message) {
    channel.send({ type: 'finished', execution: message.execution, settled });
  }
}

// Not awaited: a bundle imports this very module, which has to be whole by then.
void load();

async function load(): Promise<void> {
  try {
    const module: Record<string, unknown> = await import(String(bundle));
    const manifest = describeModule(module);
    runtime = new HostRuntime({ definitions: definitionsOf(module), manifest, send });
    send({ type: 'ready', manifest });
  } catch (error) {
    const place = locateAuthorError(error);
    const where = place === undefined ? '' : `${place.file}:${place.line}: `;
    const known = serializeError(error, 'invalid_definition');
    send({
      type: 'refused',
      error: BulkheadError.isInstance(error)
        ? { ...known, message: where + known.message }
        : {
            code: 'invalid_definition',
            message: `${where}the project cannot be loaded: ${known.message.replace(/\.$/, '')}. Mend what runs when it is imported, and deploy it again.`,
          },
    });
  }
}
