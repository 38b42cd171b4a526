import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BulkheadError } from '../../src/contract/errors.ts';

/** A customer's question, and what it is about. Two questions of one intent have one answer. */
export type Query = { text: string; intent: string };

const HELP = `The questions are not part of this repository. They are public (banking77, CC BY 4.0):
  https://github.com/PolyAI-LDN/task-specific-datasets, folder banking_data, files train.csv and test.csv.
Put the two files into a folder and name it:
  BULKHEAD_BANKING77=<folder> npm run bench -- cache`;

/** All questions of banking77: 13,083 of 77 intents. @throws BulkheadError that says where the files are to be had */
export async function readBanking77(folder = process.env.BULKHEAD_BANKING77): Promise<Query[]> {
  if (folder === undefined || folder === '') throw missing('BULKHEAD_BANKING77 is not set.');
  const texts = await Promise.all(
    ['train.csv', 'test.csv'].map((name) =>
      readFile(join(folder, name), 'utf8').catch((cause: unknown) => {
        throw missing(`${join(folder, name)} cannot be read.`, cause);
      }),
    ),
  );
  return texts.flatMap((text) =>
    rowsOf(text)
      .slice(1)
      .flatMap(([question = '', intent]) =>
        intent === undefined ? [] : [{ text: question.trim(), intent: intent.trim() }],
      ),
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
