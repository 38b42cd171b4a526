import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { untilFired } from './signals.ts';

const signals = new URL('./signals.ts', import.meta.url).href;

describe('signals of a process', () => {
  it('let it end in order at the first, and at once at one that comes later', async () => {
    const code = `
      import { interruption } from ${JSON.stringify(signals)};
      interruption().addEventListener('abort', () => console.log('stopping'));
      console.log('up');
      setInterval(() => {}, 1_000);
    `;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: 'pipe' });
    const ended = once(child, 'exit');
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      out += text;
    });
    await expect.poll(() => out, { timeout: 10_000 }).toBe('up\n');
    // One Ctrl-C may arrive twice.
    child.kill('SIGTERM');
    child.kill('SIGINT');
    await expect.poll(() => out).toBe('up\nstopping\n');
    expect(child.exitCode).toBeNull();
    const later = setInterval(() => child.kill('SIGTERM'), 100);
    expect(await ended).toEqual([143, null]);
    clearInterval(later);
    expect(out).toBe('up\nstopping\n');
  });

  it('are waited for', async () => {
    const controller = new AbortController();
    const fired = untilFired(controller.signal);
    controller.abort();
    await fired;
    await untilFired(controller.signal);
  });
});
