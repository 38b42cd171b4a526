import { resolve } from 'node:path';
import { findEntry } from '../../../run/bundle/find-entry.ts';
import type { RunningServer } from '../../server.ts';
import { ApiClient, type Bundle, type RunSubmission } from '../client/index.ts';
import type { CommandContext } from '../command-context.ts';
import { apiPort, homeFolder, isDebugging } from '../settings.ts';
import { untilFired } from '../signals.ts';
import type { Show } from './dev-event.ts';
import { readServices, readTasks } from './read-project.ts';
import { Redeploy } from './redeploy.ts';
import { runsUnderWay } from './runs-under-way.ts';
import { createShow } from './show-event.ts';
import { type Service, startService, untilPortIsFree } from './start-service.ts';
import { TaskBoard } from './task-board.ts';
import { watchFolder } from './watch-folder.ts';

export type DevOptions = { port?: string; tasks: boolean };

/** What is brought up is what is to be ended, the last first. */
type Session = {
  context: CommandContext;
  project: string;
  home: string;
  show: Show;
  closing: AsyncDisposableStack;
};

/** `bulkhead dev`: everything that an agent needs, in one process, until Ctrl-C. */
export async function dev(context: CommandContext, folder: string, options: DevOptions): Promise<void> {
  const { environment, folder: current, interruption } = context.terminal;
  const stopping = interruption();
  const project = resolve(current, folder);
  const show = createShow(context);
  const port = apiPort(environment, options.port);
  // What is plainly wrong with the project shows before anything is started.
  await findEntry(project);
  const services = await readServices(project);
  const tasks = options.tasks ? await readTasks(project) : [];

  stopping.addEventListener('abort', () => show({ event: 'stopping' }), { once: true });
  const closing = new AsyncDisposableStack();
  const session: Session = { context, project, home: homeFolder(environment, current), show, closing };
  try {
    // Ended after the server: a call that is under way may still need them.
    const backends: Service[] = [];
    closing.defer(async () => void (await Promise.all(backends.map((backend) => backend.stop()))));
    const server = await start(session, port);
    stopping.throwIfAborted();
    const client = new ApiClient({ url: server.url ?? '', key: server.devKey, keyPlace: session.home });
    const earlier = await runsUnderWay(client);
    if (services.commands.length > 0) await untilPortIsFree(services.environment, project);
    for (const command of services.commands)
      backends.push(startBackend(session, command, services.environment));

    const isFresh = earlier.underWay.length === 0 && !(server.adopted && earlier.any);
    if (!isFresh) show({ event: 'resumed', adopted: server.adopted, runs: earlier.underWay.length });
    const board = new TaskBoard({
      client,
      show,
      signal: stopping,
      uptime: () => performance.now() / 1_000,
    });
    board.follow(earlier.underWay);
    await deployOnSave(session, client, async (bundle) => {
      await Promise.all(backends.map((backend) => backend.ready));
      if (stopping.aborted) return;
      if (isFresh) await board.submit(tasks);
      else if (tasks.length > 0) show({ event: 'tasks.skipped', tasks: tasks.length });
      board.close(tasks[0] ?? exampleOf(bundle));
    });
    const outdated = await Promise.race([untilFired(stopping), server.outdated]);
    if (outdated !== undefined) throw outdated;
  } catch (error) {
    // Ctrl-C reaches what is just being started, too, and makes it fail.
    if (!stopping.aborted) throw error;
  } finally {
    await closing.disposeAsync();
  }
  show({ event: 'stopped' });
}

async function start({ context, home, show, closing }: Session, port: number): Promise<RunningServer> {
  const { environment } = context.terminal;
  const { startServer } = await import('../../server.ts');
  const server = await startServer({
    environment,
    home,
    api: true,
    worker: true,
    dev: true,
    port,
    log: (level, message, facts) => {
      const isForPeople = level !== 'info' || facts?.from === 'code' || isDebugging(environment);
      const reason = facts?.err instanceof Error ? ` ${facts.err.message}` : '';
      if (isForPeople) show({ event: 'log', level, message: `${message}${reason}` });
    },
  });
  closing.defer(server.stop);
  show({ event: 'started', url: server.url ?? '', home, ...server.model });
  return server;
}

function startBackend(
  { context, project, show }: Session,
  command: [string, ...string[]],
  added: Record<string, string>,
): Service {
  const service = command.join(' ');
  show({ event: 'service.started', service });
  return startService({
    command,
    folder: project,
    environment: { ...context.terminal.environment, ...added },
    onLine: (line) => show({ event: 'service.output', service, line }),
    onEnd: (code) => show({ event: 'service.ended', service, code }),
  });
}

/** @param onFirst called once, when something is deployed for the first time */
async function deployOnSave(
  { project, home, show, closing }: Session,
  client: ApiClient,
  onFirst: (bundle: Bundle) => Promise<void>,
): Promise<void> {
  const { buildBundle } = await import('../../../run/bundle/build-bundle.ts');
  const redeploy = new Redeploy({ client, build: () => buildBundle(project), show });
  let isFirst = true;
  const deploy = async () => {
    await redeploy.run();
    if (!isFirst || redeploy.standing === undefined) return;
    isFirst = false;
    await onFirst(redeploy.standing);
  };
  const close = await watchFolder(project, {
    except: [home],
    onChange: () => void deploy(),
    onFailure: (reason) => show({ event: 'watch.failed', reason }),
  });
  closing.defer(async () => close());
  await deploy();
}

/** What somebody might submit to a project without tasks. */
function exampleOf({ definitions }: Bundle): RunSubmission | null {
  const [first] = definitions;
  if (first === undefined) return null;
  return { agent: first.name, input: first.kind === 'agent' ? '<your message>' : '<its input, in JSON>' };
}
