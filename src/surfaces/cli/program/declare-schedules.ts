import { type Command, Option } from 'commander';
import { LANES } from '../../../contract/run.ts';
import { CATCH_UPS, OVERLAPS } from '../../../contract/schedule.ts';
import type { ScheduleOptions } from '../commands/schedules.ts';
import type { Act } from './act.ts';
import { withExamples } from './examples.ts';

/** `schedules`: runs that start by the clock. */
export function declareSchedules(program: Command, act: Act): void {
  const actions = () => import('../commands/schedules.ts');
  const schedules = withExamples(
    program
      .command('schedules')
      .summary('start runs by the clock')
      .description('Schedules: each tick starts a run on the version that is deployed then.'),
    [
      [`schedules create digest writer "Sum up the day." --cron "0 18 * * 1-5"`, 'every working day at six'],
      ['schedules list', 'which there are, and when they tick next'],
      ['schedules pause digest', 'no more ticks'],
      ['schedules resume digest', 'again, from the next tick on'],
      ['schedules trigger digest', 'one run now'],
      ['schedules delete digest', 'none of them any more'],
    ],
  );
  withExamples(
    schedules
      .command('list')
      .summary('list schedules')
      .description('Lists schedules by name: when each ticks next, and why its last tick made no run.')
      .option('--limit <count>', 'at most so many, up to 100; default: 20')
      .option('--cursor <cursor>', 'where the page before ended'),
    [
      ['schedules list', 'all'],
      ['schedules list --json', 'to work with'],
    ],
  ).action((filters: { limit?: string; cursor?: string }, command: Command) =>
    act(command, async (context) => (await actions()).listSchedules(context, filters)),
  );
  withExamples(
    schedules
      .command('create')
      .summary('make a schedule')
      .description(
        'Makes a schedule. Where the clocks of its zone change, a time that is left out comes when they have, and one that comes twice counts once.',
      )
      .argument('<name>', 'what to call it')
      .argument('<agent>', 'a deployed agent or workflow')
      .argument('<input>', 'as for `run`; - reads standard input')
      .requiredOption(
        '--cron <expression>',
        'minute, hour, day, month, weekday; six fields begin with the second; or @hourly, @daily, @weekly, @monthly, @yearly',
      )
      .option('--timezone <zone>', 'by whose clocks, such as Europe/Berlin; default: UTC')
      .addOption(new Option('--lane <lane>', 'priority of its runs; default: normal').choices(LANES))
      .option('--session <name>', 'the conversation that its runs belong to')
      .option('--subject <whom>', 'whom they are about, as your own systems name them')
      .option('--budget-usd <usd>', 'what each may spend at most')
      .addOption(
        new Option('--overlap <what>', 'a tick while its run has not ended; default: skip').choices(OVERLAPS),
      )
      .addOption(
        new Option('--catch-up <what>', 'ticks that no worker saw; default: latest').choices(CATCH_UPS),
      )
      .option('--paused', 'without ticks for now'),
    [
      [
        `schedules create digest writer "Sum up the day." --cron "0 18 * * 1-5" --timezone Europe/Berlin`,
        'at six',
      ],
      [`schedules create sync import '{"full":false}' --cron "*/5 * * * *" --overlap queue`, 'a workflow'],
    ],
  ).action((name: string, agent: string, input: string, options: ScheduleOptions, command: Command) =>
    act(command, async (context) => (await actions()).createSchedule(context, name, agent, input, options)),
  );
  for (const [name, paused, does] of [
    ['pause', true, 'stop its ticks; runs under way go on'],
    ['resume', false, 'let it tick again; what passed meanwhile is not made up for'],
  ] as const) {
    withExamples(
      schedules
        .command(name)
        .summary(does.split(';')[0] ?? does)
        .description(`For a schedule: ${does}.`)
        .argument('<schedule>', 'its name or id'),
      [[`schedules ${name} digest`, does.split(';')[0] ?? does]],
    ).action((schedule: string, _: object, command: Command) =>
      act(command, async (context) => (await actions()).pauseSchedule(context, schedule, paused)),
    );
  }
  withExamples(
    schedules
      .command('trigger')
      .summary('start its run now')
      .description('Starts the run of a schedule now, also while it is paused, and prints its id.')
      .argument('<schedule>', 'its name or id'),
    [['schedules trigger digest', 'then: runs show <id>']],
  ).action((schedule: string, _: object, command: Command) =>
    act(command, async (context) => (await actions()).triggerSchedule(context, schedule)),
  );
  withExamples(
    schedules
      .command('delete')
      .summary('delete a schedule')
      .description('Deletes a schedule. Its runs stay, also those under way.')
      .argument('<schedule>', 'its name or id'),
    [['schedules delete digest', 'no more ticks']],
  ).action((schedule: string, _: object, command: Command) =>
    act(command, async (context) => (await actions()).deleteSchedule(context, schedule)),
  );
}
