import type { Command } from 'commander';
import type { Act } from './act.ts';
import { withExamples } from './examples.ts';

/** `kill`: what an operator switches off. */
export function declareKill(program: Command, act: Act): void {
  const actions = () => import('../commands/kill-switches.ts');
  const kill = withExamples(
    program
      .command('kill')
      .summary('switch an agent, a tool, a model or everything off')
      .description('Kill switches: workers refuse what is switched off, within a second.'),
    [
      ['kill set tool:credit --reason "Wrong amounts"', 'one tool'],
      ['kill set "*" --reason "Incident 42"', 'everything'],
      ['kill list', 'what is off, and why'],
      ['kill clear 8a11…', 'on again'],
    ],
  );
  withExamples(kill.command('list').summary('list what is off').description('Lists what is switched off.'), [
    ['kill list', 'what, since when, by whom, why'],
  ]).action((_: object, command: Command) =>
    act(command, async (context) => (await actions()).listKillSwitches(context)),
  );
  withExamples(
    kill
      .command('set')
      .summary('switch something off')
      .description('Switches something off.')
      .argument('<target>', "'*', agent:<name>, tool:<name> or model:<provider/model>")
      .requiredOption('--reason <text>', 'shown to everybody whose work it stops, and recorded'),
    [
      ['kill set agent:support --reason "Wrong prices"', 'an agent: its runs end'],
      ['kill set tool:credit --reason "Wrong amounts"', 'a tool: runs go on without it'],
    ],
  ).action((target: string, { reason }: { reason: string }, command: Command) =>
    act(command, async (context) => (await actions()).setKillSwitch(context, target, reason)),
  );
  withExamples(
    kill
      .command('clear')
      .summary('switch something on again')
      .description('Clears a kill switch.')
      .argument('<id>', 'of the kill switch'),
    [['kill clear 8a11…', 'on again']],
  ).action((id: string, _: object, command: Command) =>
    act(command, async (context) => (await actions()).clearKillSwitch(context, id)),
  );
}
