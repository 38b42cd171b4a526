import type { CommandContext } from '../command-context.ts';
import { showTable } from '../render/table.ts';

/** `bulkhead hold list`. */
export async function listHolds(context: CommandContext, released: boolean): Promise<void> {
  const client = await context.client();
  const holds = await client.listHolds({ released: released ? 'true' : undefined });
  context.answer({ holds }, () =>
    holds.length === 0
      ? 'Nothing is held.\n'
      : showTable(
          ['ID', 'TARGET', 'SINCE', 'BY', 'RELEASED', 'REASON'],
          holds.map(({ id, target, setAt, setBy, releasedAt, reason }) => [
            id,
            target,
            setAt,
            setBy,
            releasedAt ?? '',
            reason,
          ]),
          context.terminal.columns,
        ),
  );
}

/** `bulkhead hold set`. */
export async function setHold(context: CommandContext, target: string, reason: string): Promise<void> {
  const client = await context.client();
  const hold = await client.setHold({ target, reason });
  const { invocation } = context.terminal;
  context.answer(
    hold,
    () => `${target} is held: retention leaves it. Release it with: ${invocation} hold release ${hold.id}\n`,
  );
}

/** `bulkhead hold release`. */
export async function releaseHold(context: CommandContext, id: string): Promise<void> {
  const client = await context.client();
  await client.releaseHold(id);
  context.answer({ id, released: true }, () => `Hold ${id} is released.\n`);
}
