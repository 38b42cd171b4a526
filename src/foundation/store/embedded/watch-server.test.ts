import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { identifyProcess } from './process-identity.ts';
import type { RunningServer } from './running-server.ts';
import { PAUSES, restartPause, watchServer } from './watch-server.ts';

const pauses = { ...PAUSES, interval: 1 };

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function startProcess(): RunningServer {
  const child = spawn('sleep', ['600']);
  children.push(child);
  const identity = identifyProcess(child.pid ?? 0);
  if (identity === undefined) throw new Error('no process');
  return { ...identity, port: 1, status: 'ready' };
}

async function kill(): Promise<void> {
  const child = children.at(-1);
  child?.kill('SIGKILL');
  if (child !== undefined) await once(child, 'exit');
}

describe('a watched server', () => {
  it('is left alone while it lives', async () => {
    const replace = vi.fn<() => Promise<RunningServer>>();
    const watch = watchServer(startProcess(), { replace, log: () => undefined, pauses });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await watch.end();
    expect(replace).not.toHaveBeenCalled();
  });

  it('is replaced each time it ends, with further attempts after one that failed', async () => {
    const replace = vi
      .fn<() => Promise<RunningServer>>()
      .mockRejectedValueOnce(new Error('the disk is full'))
      .mockImplementation(async () => startProcess());
    const log = vi.fn<(line: string) => void>();
    const watch = watchServer(startProcess(), { replace, log, pauses });

    await kill();
    await vi.waitUntil(() => replace.mock.calls.length === 2, { timeout: 10_000 });
    await vi.waitUntil(() => watch.server().pid === children.at(-1)?.pid, { timeout: 10_000 });
    await kill();
    await vi.waitUntil(() => replace.mock.calls.length === 3, { timeout: 10_000 });
    await watch.end();
    expect(log).toHaveBeenCalledWith(expect.stringContaining('the disk is full'));
  });

  it('that ends soon after each start is replaced again and again, with longer and longer pauses', async () => {
    const replace = vi.fn(async () => {
      const server = startProcess();
      children.at(-1)?.kill('SIGKILL');
      return server;
    });
    const watch = watchServer(startProcess(), { replace, log: () => undefined, pauses });
    await kill();
    await vi.waitUntil(() => replace.mock.calls.length >= 4, { timeout: 10_000 });
    await watch.end();
    expect([0, 1, 2, 3, 4, 20].map((failures) => restartPause(failures, PAUSES))).toEqual([
      500, 1_000, 2_000, 4_000, 5_000, 5_000,
    ]);
  });

  it('is not replaced any more once the watch has ended', async () => {
    const replace = vi.fn<() => Promise<RunningServer>>();
    const watch = watchServer(startProcess(), { replace, log: () => undefined, pauses });
    await watch.end();
    await kill();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(replace).not.toHaveBeenCalled();
  });

  it('is given up when it is no longer ours', async () => {
    const replace = vi.fn(async () => undefined);
    const watch = watchServer(startProcess(), { replace, log: () => undefined, pauses });
    await kill();
    await vi.waitUntil(() => replace.mock.calls.length === 1, { timeout: 10_000 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(replace).toHaveBeenCalledOnce();
    await watch.end();
  });

  it('ends only after a replacement that is under way, so that the last server is known', async () => {
    const { promise, resolve } = Promise.withResolvers<RunningServer>();
    const replace = vi.fn(() => promise);
    const watch = watchServer(startProcess(), { replace, log: () => undefined, pauses });
    await kill();
    await vi.waitUntil(() => replace.mock.calls.length === 1, { timeout: 10_000 });
    const end = watch.end();
    const next = startProcess();
    resolve(next);
    await end;
    expect(watch.server()).toBe(next);
  });
});
