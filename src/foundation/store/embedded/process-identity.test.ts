import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { identifyProcess, isSameProcessAlive } from './process-identity.ts';

describe('the identity of a process', () => {
  it('stays the same while the process lives', () => {
    const first = identifyProcess(process.pid);
    expect(first).toEqual(identifyProcess(process.pid));
    expect(first?.started).toMatch(/^[A-Za-z0-9-]+$/);
  });

  it('ends with the process', async () => {
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const identity = identifyProcess(child.pid ?? 0);
    if (identity === undefined) throw new Error('the child did not start');
    expect(isSameProcessAlive(identity)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isSameProcessAlive(identity)).toBe(false);
    expect(identifyProcess(identity.pid)).toBeUndefined();
  });

  it('tells a reused number from the process that had it before', () => {
    expect(isSameProcessAlive({ pid: process.pid, started: '00000000-1' })).toBe(false);
  });

  it.each([0, -1, 1.5, Number.NaN])('knows no process %d', (pid) => {
    expect(identifyProcess(pid)).toBeUndefined();
  });
});
