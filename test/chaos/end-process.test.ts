import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { endProcess } from './end-process.ts';

it('ends a process that is there, and minds none that has ended by itself', async () => {
  const child = spawn('sleep', ['600']);
  const exit = once(child, 'exit');
  endProcess(Number(child.pid), 'SIGKILL');
  expect(await exit).toEqual([null, 'SIGKILL']);
  // Its number is free again.
  expect(() => process.kill(Number(child.pid), 'SIGKILL')).toThrow('ESRCH');
  endProcess(Number(child.pid), 'SIGKILL');
});

it('fails when it cannot do what it was told to', () => {
  expect(() => endProcess(process.pid, 'SIGNONE' as NodeJS.Signals)).toThrow('Unknown signal');
});
