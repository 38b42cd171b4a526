/**
 * Rows of a file of comma-separated values (RFC 4180): fields in quotes may hold commas, line breaks and doubled quotes.
 *
 * @example
 * parseCsv('a,b\n"1,5","say ""hi"""\n'); // [{ a: '1,5', b: 'say "hi"' }]
 */
export function parseCsv(text: string): Record<string, string>[] {
  const [names = [], ...records] = recordsOf(text);
  return records.map((fields) => Object.fromEntries(names.map((name, index) => [name, fields[index] ?? ''])));
}

/** A field, and what ends it: a comma, a line break or the end. */
const FIELD = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/y;

function recordsOf(text: string): string[][] {
  const records: string[][] = [];
  let fields: string[] = [];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < text.length) {
    const begun = FIELD.lastIndex;
    const found = FIELD.exec(text);
    if (found === null) throw new Error(`There is no field at character ${begun}.`);
    const [, quoted, plain = '', end] = found;
    fields.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',' && FIELD.lastIndex < text.length) continue;
    if (end === ',') fields.push('');
    records.push(fields);
    fields = [];
  }
  return records;
}
