import type { Command } from 'commander';
import type { DevOptions } from '../dev/dev.ts';
import type { Act } from './act.ts';
import { withExamples } from './examples.ts';
import { INTAKE_HELP } from './intake-help.ts';

/** `dev`, `server`, `worker`, `intake`: what stays up. */
export function declareServers(program: Command, act: Act): void {
  withExamples(
    program
      .command('dev')
      .summary('run a project on this machine: database, API, worker, all in one')
      .description(
        'Starts everything that a project needs, deploys it, runs its tasks.json, and deploys again on every save. Ctrl-C stops it all.\nData is in $BULKHEAD_HOME (.bulkhead), the API on $BULKHEAD_PORT (7460).',
      )
      .argument('[folder]', 'the project', '.')
      .option('--no-tasks', 'do not submit the tasks of tasks.json')
      .option('--port <port>', 'of the API; 0 takes any that is free'),
    [
      ['dev', 'the project in this folder'],
      ['dev examples/support --no-tasks', 'another one, without its tasks'],
      ['dev --port 8080', 'with the API elsewhere'],
    ],
  ).action((folder: string, options: DevOptions, command: Command) =>
    act(command, async (context) => (await import('../dev/dev.ts')).dev(context, folder, options)),
  );

  withExamples(
    program
      .command('server')
      .summary('serve the API')
      .description(
        'Serves the API and logs in JSON lines. Uses DATABASE_URL, or starts the embedded PostgreSQL of $BULKHEAD_HOME.',
      )
      .option('--with-worker', 'execute runs, too')
      .option('--port <port>', 'default: $BULKHEAD_PORT, or 7460; 0 takes any that is free')
      .option('--host <address>', 'where to listen; default: 127.0.0.1'),
    [
      ['server --with-worker', 'all in one process'],
      ['server --host 0.0.0.0 --port 8080', 'for others, workers elsewhere'],
    ],
  ).action((options: { withWorker?: boolean; port?: string; host?: string }, command: Command) =>
    act(command, async (context) =>
      (await import('../commands/serve.ts')).serve(
        context,
        { api: true, worker: options.withWorker === true },
        options,
      ),
    ),
  );

  withExamples(
    program
      .command('worker')
      .summary('execute runs')
      .description(
        'Executes runs and logs in JSON lines. Uses DATABASE_URL, or joins the embedded PostgreSQL that a server of the same $BULKHEAD_HOME runs.',
      ),
    [['worker', 'one more worker']],
  ).action((_: object, command: Command) =>
    act(command, async (context) =>
      (await import('../commands/serve.ts')).serve(context, { api: false, worker: true }, {}),
    ),
  );

  withExamples(
    program
      .command('intake')
      .summary('make runs of the messages of a broker')
      .description(
        'Takes messages from queues of Redis, RabbitMQ or SQS, makes a run of each, and sends results back where a message asks for it. `bulkhead server` does the same where BULKHEAD_INTAKE names the file.',
      )
      .option('--config <file>', 'which queues; default: $BULKHEAD_INTAKE'),
    [['intake --config intake.json', 'a process of its own for it']],
  )
    .addHelpText('after', INTAKE_HELP)
    .action((options: { config?: string }, command: Command) =>
      act(command, async (context) => (await import('../commands/intake.ts')).intake(context, options)),
    );
}
