import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkArchive } from './check-archive.ts';
import { asSource, exported, linesOf, SCHEMA } from './testing/archive-file.ts';
import { createFilledDatabase, type FilledDatabase } from './testing/filled-database.ts';
import { sealedAgain } from './testing/sealed-again.ts';

let source: FilledDatabase;
let archive: Buffer;
beforeAll(async () => {
  source = await createFilledDatabase();
  archive = await exported(source);
});
afterAll(() => source?.drop());

const check = (bytes: Buffer, more: { masterKey?: Buffer; schema?: number } = {}) =>
  checkArchive(asSource(bytes), { schema: SCHEMA, masterKey: undefined, ...more });

type Line = Record<string, unknown> & { table?: string; row?: Record<string, string> };

/** The archive with some lines changed, and with an end that fits them. */
function changed(change: (lines: Line[]) => void): Buffer {
  const lines: Line[] = linesOf(archive).map((line) => JSON.parse(line));
  change(lines);
  return sealedAgain(lines);
}

const frameOf = (lines: Line[], number: string) =>
  lines.find((line) => line.table === 'frame' && line.row?.frame === number)?.row ?? {};

describe('checking an archive', () => {
  it('tells what a whole one holds, with a master key and without', async () => {
    const expected = { counts: { tenant: 1, frame: 29 }, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) };
    expect(await check(archive)).toMatchObject(expected);
    expect(await check(archive, { masterKey: source.masterKey })).toMatchObject(expected);
  });

  it('finds every byte that was changed', async () => {
    for (let place = 40; place < archive.length; place += 1 + Math.floor(archive.length / 60)) {
      const bytes = Buffer.from(archive);
      bytes[place] = (bytes[place] ?? 0) ^ 4;
      await expect(check(bytes), `byte ${place}`).rejects.toMatchObject({
        code: expect.stringMatching(/^(archive_broken|archive_truncated|journal_broken|archive_too_new)$/),
      });
    }
  });

  it.each<[string, (lines: Line[]) => void, string]>([
    ['a changed fact', (lines) => void Object.assign(frameOf(lines, '3'), { meta: '[]' }), 'journal_broken'],
    [
      'a changed content',
      (lines) => void Object.assign(frameOf(lines, '3'), { bodies: 'AAAA' }),
      'journal_broken',
    ],
    [
      'a frame that was taken out',
      (lines) =>
        void lines.splice(
          lines.findIndex((line) => line.row?.frame === '3'),
          1,
        ),
      'journal_broken',
    ],
    ['rows in another order', (lines) => void lines.splice(1, 0, ...lines.splice(-2, 1)), 'archive_broken'],
    ['a table that is not known', (lines) => void lines.push({ table: 'secret', row: {} }), 'archive_broken'],
    ['a line that is no row', (lines) => void lines.splice(3, 0, { nothing: true }), 'archive_broken'],
  ])('finds %s, although the end was made to fit', async (_, change, code) => {
    await expect(check(changed(change))).rejects.toMatchObject({ code });
  });

  it('finds what follows the end, and counts that are not those of the rows', async () => {
    await expect(check(Buffer.concat([archive, Buffer.from('{}\n')]))).rejects.toMatchObject({
      code: 'archive_broken',
    });
    const other = archive.toString().replace('"counts":{"tenant":1', '"counts":{"tenant":2');
    await expect(check(Buffer.from(other))).rejects.toMatchObject({ code: 'archive_broken' });
  });

  it('refuses another master key before it reads on', async () => {
    const cut = archive.subarray(0, archive.indexOf(10) + 1);
    await expect(check(cut, { masterKey: randomBytes(32) })).rejects.toMatchObject({
      code: 'archive_other_master_key',
      message: expect.stringContaining('master.key'),
    });
  });

  it.each<[string, (lines: Line[]) => void, string]>([
    [
      'format',
      (lines) => void Object.assign(lines[0] ?? {}, { format: 2, tables: 'otherwise' }),
      'archive_too_new',
    ],
    ['schema', (lines) => void Object.assign(lines[0] ?? {}, { schema: SCHEMA + 1 }), 'archive_too_new'],
  ])('refuses a newer %s, and says which version reads it', async (_, change, code) => {
    await expect(check(changed(change))).rejects.toMatchObject({
      code,
      message: expect.stringContaining('Use the version of Bulkhead that wrote it'),
    });
  });

  it.each(['', 'nonsense\n', '{}\n', '{"archive":"other","format":1}\n', '[]\n'])(
    'refuses what is no archive: %j',
    async (text) => {
      await expect(check(Buffer.from(text))).rejects.toMatchObject({
        code: text === '' ? 'archive_truncated' : 'archive_broken',
      });
    },
  );
});
