import { relative, resolve } from 'node:path';
import type { CommandContext } from '../command-context.ts';
import { writeStarter } from '../init/index.ts';
import { shellWord } from '../invocation.ts';

/** `bulkhead init`: a small project that runs. */
export async function init(context: CommandContext, folder: string): Promise<void> {
  const { terminal } = context;
  const starter = await writeStarter(resolve(terminal.folder, folder));
  context.answer(starter, () => {
    const path = relative(terminal.folder, starter.folder);
    const enter = path === '' ? '' : `cd ${shellWord(path)} && `;
    return `${starter.files.map((file) => `  ${file}\n`).join('')}The project "${starter.name}" is there. Start it with: ${enter}npm install && npm run dev\n`;
  });
}
