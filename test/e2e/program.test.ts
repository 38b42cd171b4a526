import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const program = fileURLToPath(new URL('../../bin/bulkhead.js', import.meta.url));

function start(words: string[], options: string[] = []) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...options, program, ...words], {
    encoding: 'utf8',
    env: { PATH: process.env.PATH ?? '', BULKHEAD_URL: 'http://127.0.0.1:9' },
  });
  return { status, stdout, stderr };
}

describe('the program', () => {
  it('refuses an old Node in one sentence that says how to get another', () => {
    const older = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.19.0' } })`;
    const { status, stdout, stderr } = start(['--help'], ['--import', `data:text/javascript,${older}`]);
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
