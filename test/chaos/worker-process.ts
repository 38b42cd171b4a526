/** A worker as a process of its own. It loads everything, starts when it is told to, and dies where plans say. */
import { flushCompileCache } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { BulkheadError } from '../../src/contract/errors.ts';
import { isConnectionLost } from '../../src/foundation/store/index.ts';
import type { Paces } from '../../src/surfaces/composition/paces.ts';
import { type RunningServer, type ServerOptions, startServer } from '../../src/surfaces/server.ts';
import { dieInCalls } from './die-in-calls.ts';
import { dieInStatements } from './die-in-statements.ts';
import { createStrike } from './strike.ts';

/** From the test's process. */
export type StartOrder = {
  environment: Record<string, string>;
  home: string;
  /** Where plans that were carried out are remembered. */
  graves: string;
  capacity: number;
  /** What would be waited for comes sooner. */
  paces: Paces;
};

/** Later on: the main thread does nothing else for so long, ms. */
export type StallOrder = { stall: number };

/** To the test's process: it may be sent its order, it claims, or by which name it is a worker. */
export type WorkerMessage = 'loaded' | 'ready' | { worker: string };

const tell = (message: WorkerMessage) => void process.send?.(message);

async function start({ environment, home, graves, capacity, paces }: StartOrder): Promise<void> {
  const strike = createStrike({ graves, capacity });
  let name: string | undefined;
  dieInStatements(strike, (worker) => {
    if (worker !== name) tell({ worker });
    name = worker;
  });
  const server = await startPatiently({
    environment,
    home,
    api: false,
    worker: true,
    dev: true,
    capacity,
    paces,
    // What no run here asks for; a worker that is killed has no time to waste.
    warmUp: false,
    log: process.env.BULKHEAD_TEST_LOG === undefined ? () => {} : console.error,
    shapePipelines: dieInCalls(strike),
  });
  process.once('SIGTERM', () => {
    server.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
  process.on('message', ({ stall }: StallOrder) => {
    for (const end = Date.now() + stall; Date.now() < end; );
  });
  tell('ready');
}

/** A database that is just away is a reason to come again, as a supervisor would have it; anything else is none. */
async function startPatiently(options: ServerOptions): Promise<RunningServer> {
  for (;;) {
    try {
      return await startServer(options);
    } catch (error) {
      const away = BulkheadError.isInstance(error) && error.code === 'database_unreachable';
      if (!away && !isConnectionLost(error)) throw error;
      await sleep(100);
    }
  }
}

process.once('message', (order: StartOrder) => {
  start(order).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
// A test run that was ended leaves no workers behind.
process.once('disconnect', () => process.exit(0));
// Whoever is killed leaves nothing for the next to load faster from, unless it does so before.
flushCompileCache();
tell('loaded');
