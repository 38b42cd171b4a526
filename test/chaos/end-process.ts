/**
 * Sends a signal to a process that may have ended by itself meanwhile: then nothing is left to do.
 *
 * @throws Error when the process is there and cannot be signalled
 * @example
 * for (const pid of await world.backends()) endProcess(pid, 'SIGKILL');
 */
export function endProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
