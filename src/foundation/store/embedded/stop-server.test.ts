import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { identifyProcess, type ProcessIdentity } from './process-identity.ts';
import { stopServer } from './stop-server.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

async function startProcess(ignored: string[]): Promise<{ child: ChildProcess; server: ProcessIdentity }> {
  const ignore = ignored.map((signal) => `process.on('${signal}', () => {});`).join('');
  const script = `${ignore} setInterval(() => {}, 1000); console.log('ready');`;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  if (child.stdout !== null) await once(child.stdout, 'data');
  const server = identifyProcess(child.pid ?? 0);
  if (server === undefined) throw new Error('no process');
  return { child, server };
}

describe('stopping a server', () => {
  it('asks for a fast shutdown first', async () => {
    const { child, server } = await startProcess([]);
    await Promise.all([stopServer(server), once(child, 'exit')]);
    expect(child.signalCode).toBe('SIGINT');
  });

  it('asks for an immediate one when the fast one does not end', async () => {
    const { child, server } = await startProcess(['SIGINT']);
    await Promise.all([stopServer(server, 50), once(child, 'exit')]);
    expect(child.signalCode).toBe('SIGQUIT');
  });

  it('says so when the server does not stop, and does not kill it', async () => {
    const { server } = await startProcess(['SIGINT', 'SIGQUIT']);
    await expect(stopServer(server, 50)).rejects.toMatchObject({ code: 'database_did_not_stop' });
    expect(identifyProcess(server.pid)).toEqual(server);
  });

  it('leaves a process alone that has the number of a server which is gone', async () => {
    const { server } = await startProcess([]);
    await stopServer({ pid: server.pid, started: 'long-ago' });
    expect(identifyProcess(server.pid)).toEqual(server);
  });
});
