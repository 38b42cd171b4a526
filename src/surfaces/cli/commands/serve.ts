import type { CommandContext } from '../command-context.ts';
import { apiPort, homeFolder } from '../settings.ts';
import { untilFired } from '../signals.ts';

export type ServeOptions = { port?: string; host?: string; intake?: string };

/** `bulkhead server` and `bulkhead worker`: a process that logs JSON lines and runs until it is told to stop. */
export async function serve(
  context: CommandContext,
  roles: { api: boolean; worker: boolean },
  options: ServeOptions,
): Promise<void> {
  const { environment, folder, interruption } = context.terminal;
  const stopping = interruption();
  const port = apiPort(environment, options.port);
  const [{ startServer }, { pino }] = await Promise.all([import('../../server.ts'), import('pino')]);
  const logger = pino({ base: null }, { write: (line: string) => context.terminal.out(line) });
  const server = await startServer({
    environment,
    home: homeFolder(environment, folder),
    ...roles,
    dev: false,
    port,
    ...(options.host === undefined ? {} : { host: options.host }),
    ...(options.intake === undefined ? {} : { intake: options.intake }),
    log: (level, message, facts = {}) => logger[level](facts, message),
  });
  const { model, because } = server.model;
  logger.info(
    { ...roles, ...(server.url === undefined ? {} : { url: server.url }), defaultModel: model, because },
    roles.api ? 'The API is up.' : roles.worker ? 'The worker is up.' : 'The intake is up.',
  );
  const outdated = await Promise.race([untilFired(stopping), server.outdated]);
  if (outdated !== undefined) throw outdated;
  logger.info('Stopping.');
  await server.stop();
  logger.info('Stopped.');
}
