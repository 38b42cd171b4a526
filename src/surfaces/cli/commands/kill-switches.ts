import type { CommandContext } from '../command-context.ts';
import { showTable } from '../render/table.ts';

/** `bulkhead kill list`. */
export async function listKillSwitches(context: CommandContext): Promise<void> {
  const client = await context.client();
  const killSwitches = await client.listKillSwitches();
  context.answer({ killSwitches }, () =>
    killSwitches.length === 0
      ? 'Nothing is switched off.\n'
      : showTable(
          ['ID', 'TARGET', 'SINCE', 'BY', 'REASON'],
          killSwitches.map(({ id, target, setAt, setBy, reason }) => [id, target, setAt, setBy, reason]),
          context.terminal.columns,
        ),
  );
}

/** `bulkhead kill set`. */
export async function setKillSwitch(context: CommandContext, target: string, reason: string): Promise<void> {
  const client = await context.client();
  const killSwitch = await client.setKillSwitch({ target, reason });
  const { invocation } = context.terminal;
  context.answer(
    killSwitch,
    () =>
      `${target} is switched off; workers refuse it within a second. Switch it on again with: ${invocation} kill clear ${killSwitch.id}\n`,
  );
}

/** `bulkhead kill clear`. */
export async function clearKillSwitch(context: CommandContext, id: string): Promise<void> {
  const client = await context.client();
  await client.clearKillSwitch(id);
  context.answer({ id, cleared: true }, () => `Kill switch ${id} is cleared.\n`);
}
