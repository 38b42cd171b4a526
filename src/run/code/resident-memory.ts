import { readFile } from 'node:fs/promises';

const PAGE = 4_096;

/**
 * Bytes of memory that a process holds; undefined where the system does not say (it is Linux that does, in
 * proc_pid_statm(5)), or the process is gone.
 */
export async function residentMemory(process: number): Promise<number | undefined> {
  const text = await readFile(`/proc/${process}/statm`, 'utf8').catch(() => undefined);
  const pages = Number(text?.split(' ')[1]);
  return Number.isInteger(pages) && pages > 0 ? pages * PAGE : undefined;
}
