import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRunningServer, readServerNotice } from './running-server.ts';

let data: string;
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'bulkhead-notice-'));
});
afterEach(() => rm(data, { recursive: true, force: true }));

const write = (text: string) => writeFile(join(data, 'postmaster.pid'), text);

describe('the notice of a server', () => {
  it('tells process, port and status', async () => {
    await write('4711\n/data\n1700000000\n24017\n\n127.0.0.1\n  12345 1\nready   \n');
    expect(await readServerNotice(data)).toEqual({ pid: 4711, port: 24017, status: 'ready' });
  });

  it('has no status before the server wrote one', async () => {
    await write('4711\n/data\n1700000000\n24017\n');
    expect(await readServerNotice(data)).toEqual({ pid: 4711, port: 24017, status: '' });
  });

  it.each(['', '4711', '4711\n/data\n', '-4711\n/data\n1\n5432\n', 'none\n\n\nnone\n'])(
    'counts for nothing when it is not whole: %j',
    async (text) => {
      await write(text);
      expect(await readServerNotice(data)).toBeUndefined();
    },
  );

  it('is not there where no server ran', async () => {
    expect(await readServerNotice(data)).toBeUndefined();
    expect(await readServerNotice(join(data, 'nothing'))).toBeUndefined();
  });

  it('finds no server behind the number of a living process that is not one', async () => {
    await write(`${process.pid}\n${data}\n1\n5432\n\n\n\nready\n`);
    expect(await findRunningServer(data)).toBeUndefined();
  });
});
