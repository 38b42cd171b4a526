import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../../test/database/index.ts';
import {
  createFilledDatabase,
  type FilledDatabase,
} from '../../../foundation/archive/testing/filled-database.ts';
import { runCommandLine } from '../run-command-line.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';

let source: FilledDatabase;
let folder: string;
let target: TestDatabase;
beforeAll(async () => {
  source = await createFilledDatabase();
});
afterAll(() => source?.drop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-move-'));
  target = await createTestDatabase();
});
afterEach(async () => {
  await target.drop();
  await rm(folder, { recursive: true });
});

async function run(words: string[], more: { url?: string; key?: Buffer; input?: Buffer } = {}) {
  const environment = {
    BULKHEAD_HOME: join(folder, 'home'),
    DATABASE_URL: more.url ?? source.url,
    BULKHEAD_MASTER_KEY: (more.key ?? source.masterKey).toString('base64'),
  };
  const terminal = fakeTerminal({ environment, folder, input: more.input ?? '' });
  const code = await runCommandLine(words, terminal);
  return { code, out: terminal.written(), error: terminal.complained(), bytes: terminal.bytes() };
}

describe('export', () => {
  it('writes a file that only its owner can read, and says which key it needs', async () => {
    const { code, out, error } = await run(['export', 'day.jsonl.gz']);
    expect({ code, out }).toEqual({
      code: 0,
      out: expect.stringMatching(
        /^Exported 3 runs with 29 frames, each verified, as of .*, into day\.jsonl\.gz\.\n$/,
      ),
    });
    expect(error).toContain('without the master key, which is not in it: keep BULKHEAD_MASTER_KEY');
    const file = join(folder, 'day.jsonl.gz');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect((await readFile(file)).subarray(0, 2)).toEqual(Buffer.of(0x1f, 0x8b));
  });

  it('never writes over a file, and leaves none behind that is not whole', async () => {
    await writeFile(join(folder, 'day.jsonl'), 'mine');
    expect(await run(['export', 'day.jsonl'])).toMatchObject({
      code: 1,
      error: expect.stringContaining('is there already'),
    });
    expect(await readFile(join(folder, 'day.jsonl'), 'utf8')).toBe('mine');
    expect(await run(['export', 'other.jsonl'], { key: Buffer.alloc(32) })).toMatchObject({ code: 1 });
    expect(await run(['export', 'none/day.jsonl'])).toMatchObject({
      code: 1,
      error: expect.stringContaining('cannot be written'),
    });
    expect(await readdir(folder)).toEqual(['day.jsonl']);
  });

  it('says that there is nothing to export where no database is, and makes none', async () => {
    expect(await run(['export', 'day.jsonl'], { url: '' })).toMatchObject({
      code: 1,
      error: expect.stringContaining(`${join(folder, 'home')} has no database`),
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('answers in JSON with what the file holds', async () => {
    const { out } = await run(['export', 'day.jsonl', '--json']);
    expect(JSON.parse(out)).toMatchObject({ file: 'day.jsonl', counts: { run: 3 }, workers: 0 });
  });
});

describe('import', () => {
  it('takes what export gave, through standard output and input', async () => {
    const { bytes, out } = await run(['export', '-', '--gzip']);
    expect(out).toBe('');
    const imported = await run(['import', '-'], { url: target.url, input: bytes });
    expect(imported).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^Imported 3 runs with 29 frames/),
    });
    expect(imported.error).toContain('1 run of it had been running and will go on');
    expect(await run(['import', '-'], { url: target.url, input: bytes })).toMatchObject({
      code: 1,
      error: expect.stringContaining('The database is not empty'),
    });
  });

  it('is refused under another master key before the database is so much as looked for', async () => {
    const { bytes } = await run(['export', '-']);
    const nowhere = 'postgres://127.0.0.1:1/none';
    expect(await run(['import', '-'], { url: nowhere, key: Buffer.alloc(32), input: bytes })).toMatchObject({
      code: 1,
      error: expect.stringContaining('The archive belongs to another master key'),
    });
  });

  it('checks a file without a database', async () => {
    await run(['export', 'day.jsonl']);
    const nowhere = { url: 'postgres://127.0.0.1:1/none' };
    expect(await run(['import', 'day.jsonl', '--check'], nowhere)).toMatchObject({
      code: 0,
      out: expect.stringContaining('The archive is whole: 3 runs with 29 frames'),
      error: expect.stringContaining('the one that it belongs to'),
    });
    await truncate(join(folder, 'day.jsonl'), 100_000);
    expect(await run(['import', 'day.jsonl', '--check'], nowhere)).toMatchObject({
      code: 1,
      error: expect.stringContaining('cut short'),
    });
  });

  it('says which file it cannot read', async () => {
    expect(await run(['import', 'none.jsonl'])).toMatchObject({
      code: 1,
      error: expect.stringContaining(`${join(folder, 'none.jsonl')} cannot be read (ENOENT)`),
    });
  });

  it.each([[[]], [['--check']]])('says that a folder is no file: %j', async (options) => {
    expect(await run(['import', '.', ...options])).toEqual(
      expect.objectContaining({
        code: 1,
        error: `${folder} is a folder. Name the file that \`bulkhead export\` wrote, or - for standard input.\n`,
      }),
    );
  });
});
