import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockHome } from './lock-home.ts';
import { identifyProcess } from './process-identity.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'bulkhead-lock-'));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe('the lock of a data folder', () => {
  it('creates the folder when it is not there', async () => {
    const lock = await lockHome(join(home, 'new', 'folder'));
    await lock.release();
    expect(await readdir(join(home, 'new', 'folder'))).toEqual(['supervisor']);
  });

  it('is refused while it is held, naming the process and what to do next', async () => {
    const lock = await lockHome(home);
    await expect(lockHome(home)).rejects.toMatchObject({
      code: 'home_in_use',
      message: expect.stringContaining(`kill ${process.pid}`),
      details: { pid: process.pid },
    });
    await lock.release();
  });

  it('is free again after its release, and a late second release harms nobody', async () => {
    const first = await lockHome(home);
    await first.release();
    const second = await lockHome(home);
    await first.release();
    await expect(lockHome(home)).rejects.toMatchObject({ code: 'home_in_use' });
    await second.release();
  });

  it('is lost when the folder is deleted', async () => {
    const lock = await lockHome(join(home, 'deleted'));
    expect(await lock.isHeld()).toBe(true);
    await rm(join(home, 'deleted'), { recursive: true });
    expect(await lock.isHeld()).toBe(false);
    await lock.release();
  });

  it('passes on when its holder was killed', async () => {
    const holder = await startHolder(home);
    await expect(lockHome(home)).rejects.toMatchObject({ details: { pid: holder.pid } });
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    await (await lockHome(home)).release();
  });

  it('passes on when the number of its holder was reused by another process', async () => {
    await (await lockHome(home)).release();
    await writeFile(join(home, 'supervisor', `${process.pid}_00000000-1_ab12`), 'held');
    await (await lockHome(home)).release();
    expect(await readdir(join(home, 'supervisor'))).toEqual([]);
  });

  it('is not taken from a process that has claimed it and not yet looked around', async () => {
    await (await lockHome(home)).release();
    const started = identifyProcess(process.pid)?.started;
    await writeFile(join(home, 'supervisor', `${process.pid}_${started}_ab12`), '');
    await expect(lockHome(home)).rejects.toMatchObject({ code: 'home_in_use' });
  });

  it('goes to exactly one of many that ask at once', async () => {
    const answers = await Promise.allSettled(Array.from({ length: 8 }, () => lockHome(home)));
    expect(answers.filter((answer) => answer.status === 'fulfilled')).toHaveLength(1);
  });

  it('goes to exactly one of several processes', async () => {
    const answers = await Promise.all(Array.from({ length: 4 }, () => startContender(home)));
    expect(answers.map(({ answer }) => answer).toSorted()).toEqual([
      'held',
      'home_in_use',
      'home_in_use',
      'home_in_use',
    ]);
    for (const { child } of answers) child.kill('SIGKILL');
  });
});

async function startHolder(folder: string) {
  const { child, answer } = await startContender(folder);
  expect(answer).toBe('held');
  return child;
}

async function startContender(folder: string) {
  const child = fork(new URL('./testing/hold-home.ts', import.meta.url), [folder]);
  const [answer] = (await once(child, 'message')) as [string];
  return { child, answer };
}
