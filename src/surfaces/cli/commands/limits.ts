import { BulkheadError } from '../../../contract/errors.ts';
import type { CommandContext } from '../command-context.ts';
import { showTable } from '../render/table.ts';

/** `bulkhead limits list`. */
export async function listLimits(context: CommandContext): Promise<void> {
  const client = await context.client();
  const limits = await client.listLimits();
  context.answer({ limits }, () =>
    limits.length === 0
      ? 'Nothing is limited.\n'
      : showTable(
          ['AGENT', 'LIMIT', 'UNDER WAY', 'SINCE', 'BY'],
          limits.map(({ agent, running, underWay, setAt, setBy }) => [
            agent ?? '(all)',
            String(running),
            String(underWay),
            setAt,
            setBy,
          ]),
          context.terminal.columns,
        ),
  );
}

/** `bulkhead limits set`. @throws BulkheadError `invalid_limit` */
export async function setLimit(context: CommandContext, running: string, agent?: string): Promise<void> {
  const count = /^\d+$/.test(running) ? Number(running) : Number.NaN;
  if (!Number.isSafeInteger(count)) {
    throw new BulkheadError({
      code: 'invalid_limit',
      message: `"${running}" is no number of runs. Write a whole number; with 0 none is taken up.`,
    });
  }
  const client = await context.client();
  const limit = await client.setLimit({ ...(agent === undefined ? {} : { agent }), running: count });
  context.answer(limit, () => {
    const whose = agent === undefined ? 'all agents together' : agent;
    return `At most ${count} runs of ${whose} are under way at once; now ${limit.underWay}. None of them is stopped.\n`;
  });
}

/** `bulkhead limits clear`. */
export async function clearLimit(context: CommandContext, agent?: string): Promise<void> {
  const client = await context.client();
  await client.clearLimit(agent);
  context.answer(
    { agent: agent ?? null, cleared: true },
    () => `The limit of ${agent === undefined ? 'all agents together' : agent} is cleared.\n`,
  );
}
