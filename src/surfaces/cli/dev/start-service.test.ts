import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Service, type ServiceOptions, startService, untilPortIsFree } from './start-service.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-service-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function start(code: string, environment: ServiceOptions['environment'] = {}) {
  const file = join(folder, `${Math.random()}.js`);
  await writeFile(file, code);
  const lines: string[] = [];
  const ended = Promise.withResolvers<number>();
  let ends = 0;
  const service: Service = startService({
    command: ['node', file],
    folder,
    environment: { PATH: process.env.PATH, ...environment },
    onLine: (line) => lines.push(line),
    onEnd: (exitCode) => {
      ends += 1;
      ended.resolve(exitCode);
    },
  });
  return { service, lines, ended: ended.promise, ends: () => ends };
}

describe('a service', () => {
  it('runs on this Node in the folder of the project, and what it prints is heard', async () => {
    const { lines, ended } = await start(`
      console.log(process.execPath);
      console.error(process.cwd());
      process.exitCode = 3;
    `);
    expect(await ended).toBe(3);
    await expect.poll(() => [...lines].sort()).toEqual([folder, process.execPath].sort());
  });

  it('gets its own environment, and nothing that is meant for Bulkhead', async () => {
    const { lines, ended } = await start(
      'console.log(JSON.stringify([process.env.COLOUR, process.env.BULKHEAD_MASTER_KEY ?? null]))',
      { COLOUR: 'red', BULKHEAD_MASTER_KEY: 'secret' },
    );
    await ended;
    await expect.poll(() => lines).toEqual(['["red",null]']);
  });

  it('is ready when it listens', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    probe.close();
    const { service, lines } = await start(
      `setTimeout(() => require('node:net').createServer().listen(${port}, '127.0.0.1', () => console.log('up')), 200)`,
      { PORT: String(port) },
    );
    await service.ready;
    await expect.poll(() => lines).toEqual(['up']);
    await service.stop();
  });

  it('waits for its port, and is told when another program keeps it', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const environment = { PORT: String(typeof address === 'object' ? address?.port : 0) };
    await expect(untilPortIsFree(environment, folder)).rejects.toMatchObject({
      code: 'service_port_taken',
      message: expect.stringContaining('choose another port: bulkhead.env.PORT in package.json'),
    });
    const free = untilPortIsFree(environment, folder);
    other.close();
    await expect(free).resolves.toBeUndefined();
  });

  it('is not waited for when it ended', async () => {
    const { service, ended } = await start('', { PORT: '1' });
    await service.ready;
    expect(await ended).toBe(0);
  });

  it('ends with all that it started, and that is no failure', async () => {
    const { service, lines, ends } = await start(`
      const { spawn } = require('node:child_process');
      const inner = "process.once('SIGTERM', () => { console.log('inner ends'); process.exit(); });" +
        "console.log('inner is up'); setInterval(() => {}, 1000)";
      spawn(process.execPath, ['-e', inner], { stdio: 'inherit' });
      setInterval(() => {}, 1000);
    `);
    await expect.poll(() => lines, { timeout: 10_000 }).toEqual(['inner is up']);
    await service.stop();
    await expect.poll(() => lines).toEqual(['inner is up', 'inner ends']);
    expect(ends()).toBe(0);
  });

  it('says which program there is not', async () => {
    const lines: string[] = [];
    const code = await new Promise((resolve) =>
      startService({
        command: ['no-such-program'],
        folder,
        environment: { PATH: process.env.PATH },
        onLine: (line) => lines.push(line),
        onEnd: resolve,
      }),
    );
    expect(code).toBe(127);
    await expect.poll(() => lines.join()).toContain('no-such-program');
  });
});
