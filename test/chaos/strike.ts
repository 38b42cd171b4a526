import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KillPlan } from './kill-plan.ts';

/** Returns when the worker lives on; else never. */
export type Strike = (plan: KillPlan) => Promise<void>;

/** How long the first who stands at his place waits for others, ms. */
const PATIENCE = 500;

/**
 * Ends this process where plans say. What stands at its place goes no further; when all the runs that the
 * worker may have stand at theirs, or a moment later, one death serves them all.
 */
export function createStrike(options: { graves: string; capacity: number }): Strike {
  let standing = 0;
  const die = () => process.kill(process.pid, 'SIGKILL');
  return async (plan) => {
    try {
      // The first who comes here dies; `wx` lets nobody die twice of the same plan.
      writeFileSync(join(options.graves, plan.id), '', { flag: 'wx' });
    } catch {
      return;
    }
    standing += 1;
    if (standing === options.capacity) die();
    if (standing === 1) setTimeout(die, PATIENCE);
    await new Promise<never>(() => {});
  };
}
