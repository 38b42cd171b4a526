import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Query } from './read-banking77.ts';

/**
 * The test questions of CLINC150 that have an intent (4,500 of 150 intents in ten domains; CC BY 3.0):
 * https://github.com/clinc/oos-eval, file data/data_full.json. The 1,000 of no intent are left out: nobody has said
 * which of them ask the same.
 *
 * @returns undefined when BULKHEAD_CLINC150, the folder of the file, is not set
 */
export async function readClinc150(folder = process.env.BULKHEAD_CLINC150): Promise<Query[] | undefined> {
  if (folder === undefined || folder === '') return undefined;
  const text = await readFile(join(folder, 'data_full.json'), 'utf8');
  const { test } = JSON.parse(text) as Record<'test', [string, string][]>;
  return test.map(([question, intent]) => ({ text: question, intent }));
}
