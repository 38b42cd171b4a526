import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { Command } from 'commander';
import type { Terminal } from '../terminal.ts';
import { createAct } from './act.ts';
import { declareArchives } from './declare-archives.ts';
import { declareBudgets } from './declare-budgets.ts';
import { declareCache } from './declare-cache.ts';
import { declareHolds } from './declare-holds.ts';
import { declareKeys } from './declare-keys.ts';
import { declareKill } from './declare-kill.ts';
import { declareLimits } from './declare-limits.ts';
import { declareProjects } from './declare-projects.ts';
import { declareProviders } from './declare-providers.ts';
import { declareRetention } from './declare-retention.ts';
import { declareReviews } from './declare-reviews.ts';
import { declareRoutes } from './declare-routes.ts';
import { declareRuns } from './declare-runs.ts';
import { declareSchedules } from './declare-schedules.ts';
import { declareServers } from './declare-servers.ts';
import { withExamples } from './examples.ts';

/**
 * All commands, without what they do: that is loaded when one is called, so that help comes at once.
 *
 * @param onExit told what the process should end with, by a command that does not simply succeed
 */
export function createProgram(terminal: Terminal, onExit: (code: number) => void): Command {
  const program = new Command('bulkhead')
    .description('The production runtime for AI agents.')
    .option('--json', 'answer in JSON: one document, or a line for each event')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      writeOut: terminal.out,
      writeErr: terminal.error,
      // Said by `reportFailure`, like every other failure.
      outputError: () => undefined,
      getOutHelpWidth: () => terminal.columns ?? 110,
      getErrHelpWidth: () => terminal.columns ?? 110,
    })
    .exitOverride()
    .version(ownVersion());
  const act = createAct(terminal, onExit);
  declareServers(program, act);
  declareRuns(program, act);
  declareReviews(program, act);
  declareSchedules(program, act);
  declareProjects(program, act);
  declareKill(program, act);
  declareProviders(program, act);
  declareRoutes(program, act);
  declareLimits(program, act);
  declareBudgets(program, act);
  declareCache(program, act);
  declareKeys(program, act);
  declareHolds(program, act);
  declareRetention(program, act);
  declareArchives(program, act);
  return withExamples(program, [
    ['dev examples/support', 'run a project on this machine'],
    ['run support "Is my line up?"', 'submit a run and watch it'],
    ['review list', 'see what waits for a person'],
    ['<command> --help', 'see a command with its examples'],
  ]).addHelpText(
    'after',
    `
Environment:
  BULKHEAD_URL      the server; default http://127.0.0.1:$BULKHEAD_PORT
  BULKHEAD_API_KEY  the key; default: the one that \`bulkhead dev\` keeps in $BULKHEAD_HOME/dev.key
  BULKHEAD_PORT     the port of the API (7460)
  BULKHEAD_HOME     the data folder (.bulkhead in the current folder)
  BULKHEAD_MASTER_KEY
                    32 bytes in base64 that seal all contents; default: what $BULKHEAD_HOME/master.key holds
  DATABASE_URL      a PostgreSQL to use instead of the embedded one
  DATABASE_URL_API  the same database, by a login that may only act as bulkhead_api: for the API server
  BULKHEAD_DOORBELL redis://…, amqp://… or sqs://… to wake workers by; default: PostgreSQL
  BULKHEAD_BATCH_WINDOW
                    when runs of the lane batch may start: 22:00-06:00 Europe/Madrid
  BULKHEAD_MODELS   the file that says what models cost and take, and how many calls providers do
  BULKHEAD_INTAKE   the file that says which queues runs come from
  BULKHEAD_RELAY    on: providers' own interfaces under /v1/relay/<provider>, without any control but a kill switch
  BULKHEAD_DEBUG=1  show where an error came from
`,
  );
}

function ownVersion(): string {
  const manifest = findPackageJSON('..', import.meta.url);
  return manifest === undefined ? '' : String(JSON.parse(readFileSync(manifest, 'utf8')).version);
}
