import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BulkheadError } from '../../src/contract/errors.ts';

/** A customer's question, and what it is about. Two questions of one intent have one answer. */
export type Query = { text: string; intent: string };

/** As their authors divided them: 10,003 to learn from, 3,080 to test with, of the same 77 intents. */
export type Banking77 = { train: Query[]; test: Query[] };

const HELP = `The questions are not part of this repository. They are public (banking77, CC BY 4.0):
  https://github.com/PolyAI-LDN/task-specific-datasets, folder banking_data, files train.csv and test.csv.
Put the two files into a folder and name it:
  BULKHEAD_BANKING77=<folder> npm run bench -- cache`;

/** All questions of banking77. @throws BulkheadError that says where the files are to be had */
export async function readBanking77(folder = process.env.BULKHEAD_BANKING77): Promise<Banking77> {
  if (folder === undefined || folder === '') throw missing('BULKHEAD_BANKING77 is not set.');
  const [train, test] = await Promise.all([
    queriesOf(join(folder, 'train.csv')),
    queriesOf(join(folder, 'test.csv')),
  ]);
  return { train, test };
}

async function queriesOf(file: string): Promise<Query[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw missing(`${file} cannot be read.`, cause);
  });
  return rowsOf(text)
    .slice(1)
    .flatMap(([question = '', intent]) =>
      intent === undefined ? [] : [{ text: question.trim(), intent: intent.trim() }],
    );
}

function missing(what: string, cause?: unknown): BulkheadError {
  return new BulkheadError({ code: 'bench_data_missing', message: `${what}\n${HELP}`, cause });
}

/** Rows of CSV (RFC 4180): fields may be in quotes, with doubled quotes and line breaks inside. */
function rowsOf(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const match of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/g)) {
    const [whole, quoted, plain = '', end] = match;
    if (whole === '') break;
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
