import { spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../bin/bulkhead.js', import.meta.url));

function start(words: string[], options: string[] = [], file = program) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, file, ...words], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', BULKHEAD_URL: 'http://127.0.0.1:9' },
  });
  return { status, stdout, stderr };
}

describe('the program', () => {
  const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })`;
  const asOlder = ['--import', `data:text/javascript,${older}`];

  it('hands over to the Node that is installed beside it when it is started by an old one', () => {
    expect(start(['--version'], asOlder)).toEqual(start(['--version']));
    expect(start(['runs', '--nonsense'], asOlder)).toMatchObject({ status: 2, stdout: '' });
  });

  it('refuses an old Node in one sentence that says how to get another, where none is installed', async () => {
    const alone = join(await mkdtemp(join(tmpdir(), 'bulkhead-alone-')), 'bulkhead.mjs');
    await copyFile(program, alone);
    const { status, stdout, stderr } = start(['--help'], asOlder, alone);
    await rm(dirname(alone), { recursive: true });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(
      /^Bulkhead needs Node 24 or later, and this is 20\.19\.0\. .*npx -p node@24 node .*\n$/,
    );
  });

  it('has its exit codes: 0 ok, 1 failed, 2 wrong usage', () => {
    expect(start(['--version'])).toMatchObject({ status: 0, stderr: '' });
    expect(start(['runs'])).toMatchObject({ status: 1, stdout: '' });
    expect(start(['runs', '--nonsense'])).toMatchObject({ status: 2, stdout: '' });
  });

  it('says what failed without a stack, unless it is asked for one', () => {
    const { stderr } = start(['runs']);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
    expect(stderr).toContain('No Bulkhead server answers at http://127.0.0.1:9');
  });

  it('has written everything when it ends, however slowly it is read', () => {
    const read = spawnSync('sh', ['-c', `"${process.execPath}" "${program}" --help | { sleep 0.3; cat; }`], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH ?? '' },
    });
    expect(read.stdout).toContain('BULKHEAD_DEBUG=1');
  });
});
