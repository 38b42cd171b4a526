import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Durability } from '../server-settings.ts';
import type { ServerUser } from '../server-user.ts';

/** What a supervisor in another process reports. */
export type Report = { url: string; port: number; adopted: boolean } | { error: string };

/** Starts a supervisor in a process group of its own, as another user if asked. */
export async function startSupervisor(
  home: string,
  options: { user?: ServerUser; durability?: Durability } = {},
): Promise<{ child: ChildProcess; report: Report }> {
  const script = new URL('./supervise.ts', import.meta.url);
  const child = fork(script, [home, options.durability ?? 'full'], {
    detached: true,
    cwd: '/',
    execArgv: [],
    ...options.user,
  });
  const [report] = (await once(child, 'message')) as [Report];
  return { child, report };
}

/** Kills a supervisor as the kernel would when memory runs out. */
export async function killSupervisor(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}
