import type { CommandContext } from '../command-context.ts';
import { showTable } from '../render/table.ts';

/** `bulkhead providers`. */
export async function listProviders(context: CommandContext): Promise<void> {
  const client = await context.client();
  const providers = await client.listProviders();
  context.answer({ providers }, () =>
    providers.length === 0
      ? 'No provider has been down.\n'
      : showTable(
          ['PROVIDER', 'STATE', 'SINCE', 'TRIED AGAIN', 'LAST ERROR'],
          providers.map(({ name, state, since, until, lastError }) => [
            name,
            state,
            since,
            until ?? (state === 'half-open' ? 'now' : ''),
            lastError,
          ]),
          context.terminal.columns,
        ),
  );
}
