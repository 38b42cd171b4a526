import type { CommandContext } from '../command-context.ts';

/** `bulkhead runs cancel`: files the request; the run ends when its worker has stopped it. */
export async function cancelRun(context: CommandContext, id: string): Promise<void> {
  const client = await context.client();
  const run = await client.cancelRun(id);
  context.answer(
    run,
    () =>
      `Asked run ${run.id} to stop; what its tools can undo is undone first. See it with: ${context.terminal.invocation} runs show ${run.id}\n`,
  );
}
