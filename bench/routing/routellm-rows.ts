import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseCsv } from './parse-csv.ts';

/** A question of a benchmark, and which of two models answered it right. */
export type Row = { prompt: string; weak: boolean; strong: boolean; subject: string };

/** Where the data is, for whoever has none. */
export const WHERE = `This measurement takes the rows of RouteLLM, which stay outside the project:
  git clone https://github.com/lm-sys/RouteLLM
  BULKHEAD_ROUTELLM=<that folder> npm run bench -- routing
It reads routellm/evals/mmlu/responses/*.csv and routellm/evals/gsm8k/gsm8k_responses.csv.`;

const WEAK = 'mistralai/Mixtral-8x7B-Instruct-v0.1';
const STRONG = 'gpt-4-1106-preview';

/**
 * All rows of MMLU and GSM8K, in the order of their files' names.
 *
 * @param folder a checkout of the repository
 */
export async function readRows(folder: string): Promise<Row[]> {
  const evaluations = join(folder, 'routellm', 'evals');
  const mmlu = join(evaluations, 'mmlu', 'responses');
  const subjects = (await readdir(mmlu)).filter((name) => name.endsWith('.csv')).sort();
  const files = [
    ...subjects.map((name) => [join(mmlu, name), name.slice('mmlu_'.length, -'.csv'.length)] as const),
    [join(evaluations, 'gsm8k', 'gsm8k_responses.csv'), 'gsm8k'] as const,
  ];
  const rows: Row[] = [];
  for (const [file, subject] of files) {
    for (const record of parseCsv(await readFile(file, 'utf8'))) {
      rows.push({
        prompt: record.prompt ?? '',
        weak: wasRight(record[WEAK], file),
        strong: wasRight(record[STRONG], file),
        subject,
      });
    }
  }
  return rows;
}

function wasRight(value: string | undefined, file: string): boolean {
  if (value !== 'True' && value !== 'False')
    throw new Error(`${file} says "${value}" where True or False should stand.`);
  return value === 'True';
}
