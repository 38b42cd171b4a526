import type { CommandContext } from '../command-context.ts';
import { entryLine } from '../render/entry-line.ts';

/** `bulkhead journal`: every entry of a run, oldest first; JSON lines with `--json`. */
export async function showJournal(context: CommandContext, run: string): Promise<void> {
  const client = await context.client();
  let from: number | null = 0;
  while (from !== null) {
    const page: Awaited<ReturnType<typeof client.readJournal>> = await client.readJournal(run, from);
    for (const entry of page.entries) {
      context.line(context.json ? JSON.stringify(entry) : entryLine(entry, context.paint));
    }
    from = page.nextFrom;
  }
}
