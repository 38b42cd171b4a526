import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findBinaries, majorOfBinaries } from './find-binaries.ts';

describe('the programs of PostgreSQL', () => {
  it('are found as npm installed them, and run', async () => {
    expect(await majorOfBinaries(await findBinaries())).toBe(18);
  });

  it.each([
    ['win32-x64', 'no build for win32-x64'],
    ['linux-mips', 'no build for linux-mips'],
    [process.platform === 'darwin' ? 'linux-ppc64' : 'darwin-arm64', 'is not installed'],
  ])('are refused on %s, naming the way out', async (machine, reason) => {
    const refusal = findBinaries(machine);
    await expect(refusal).rejects.toMatchObject({ code: 'unsupported_platform' });
    await expect(refusal).rejects.toThrow(reason);
    await expect(refusal).rejects.toThrow('Set DATABASE_URL');
  });

  it('are refused when they do not run on the C library of this machine', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bulkhead-binaries-'));
    await mkdir(join(folder, 'bin'));
    // What the kernel answers to a program that names a loader which is not there.
    await writeFile(join(folder, 'bin', 'postgres'), '#!/lib64/ld-missing-x86-64.so.2\n');
    await chmod(join(folder, 'bin', 'postgres'), 0o755);
    await expect(majorOfBinaries({ folder, version: '18.0.0' })).rejects.toMatchObject({
      code: 'unsupported_platform',
      message: expect.stringContaining('musl'),
    });
    await rm(folder, { recursive: true });
  });
});
