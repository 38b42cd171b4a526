import type { Command } from 'commander';
import { CommandContext } from '../command-context.ts';
import type { Terminal } from '../terminal.ts';

/** Runs an action in the context of the command that was called, and hands its exit code on. */
export type Act = (command: Command, action: (context: CommandContext) => Promise<void>) => Promise<void>;

/** @param onExit told what the process should end with */
export function createAct(terminal: Terminal, onExit: (code: number) => void): Act {
  return async (command, action) => {
    const context = new CommandContext(terminal, command.optsWithGlobals().json === true);
    await action(context);
    onExit(context.exitCode);
  };
}
