import { readFile, stat } from 'node:fs/promises';
import { isAbsolute, join, normalize, sep } from 'node:path';
import { BulkheadError } from '../../contract/errors.ts';

const usual = ['bulkhead.ts', 'bulkhead.js', 'src/bulkhead.ts'];

/**
 * The file of a project that exports its agents and workflows: what `"bulkhead": { "entry": … }` in its
 * package.json names, else `bulkhead.ts`, `bulkhead.js` or `src/bulkhead.ts`.
 *
 * @returns its path relative to the folder, with `/`
 * @throws BulkheadError `no_entry`
 */
export async function findEntry(folder: string): Promise<string> {
  const declared = await declaredEntry(folder);
  if (declared !== undefined) {
    const path = normalize(declared);
    if (isAbsolute(path) || path.startsWith('..')) {
      throw noEntry(
        `package.json names the entry "${declared}", which lies outside ${folder}. Name a file inside it.`,
      );
    }
    if (await isFile(join(folder, path))) return path.replaceAll(sep, '/');
    throw noEntry(
      `package.json names the entry "${declared}", but there is no such file in ${folder}. Mend bulkhead.entry.`,
    );
  }
  for (const path of usual) if (await isFile(join(folder, path))) return path;
  throw noEntry(
    `There is no bulkhead.ts in ${folder}. Export your agents and workflows from one, or name the file in package.json as "bulkhead": { "entry": "…" }. A new project comes from \`bulkhead init <folder>\`.`,
  );
}

async function declaredEntry(folder: string): Promise<string | undefined> {
  let text: string;
  try {
    text = await readFile(join(folder, 'package.json'), 'utf8');
  } catch {
    return undefined;
  }
  try {
    const entry = JSON.parse(text)?.bulkhead?.entry;
    if (entry === undefined || typeof entry === 'string') return entry;
  } catch {
    throw noEntry(`The package.json in ${folder} is not valid JSON. Mend it.`);
  }
  throw noEntry(
    `The package.json in ${folder} has a bulkhead.entry that is no text. Write a path, as in "src/agents.ts".`,
  );
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

function noEntry(message: string): BulkheadError {
  return new BulkheadError({ code: 'no_entry', message });
}
