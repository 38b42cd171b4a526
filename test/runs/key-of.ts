import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from '../world/start-world.ts';

/** The API key of a world, for requests that its client does not make. */
export async function keyOf({ home }: World): Promise<string> {
  return (await readFile(join(home, 'dev.key'), 'utf8')).trim();
}
