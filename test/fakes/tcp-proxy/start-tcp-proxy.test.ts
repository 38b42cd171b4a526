import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startTcpProxy, type TcpProxy } from './index.ts';

let echo: Server;
let address: string;
let proxy: TcpProxy;
const clients: Socket[] = [];
beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  address = `echo://user:secret@127.0.0.1:${(echo.address() as AddressInfo).port}/path?query=1`;
  proxy = await startTcpProxy(address);
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await proxy.stop();
  echo.close();
});

function dial(): { socket: Socket; heard: () => string; closed: () => boolean } {
  const socket = connect(Number(new URL(proxy.through(address)).port), '127.0.0.1');
  socket.on('error', () => undefined);
  clients.push(socket);
  let heard = '';
  let closed = false;
  socket.on('data', (bytes) => {
    heard += bytes.toString();
  });
  socket.on('close', () => {
    closed = true;
  });
  return { socket, heard: () => heard, closed: () => closed };
}

describe('a proxy between a client and a server', () => {
  it('changes where an address leads to, and nothing else of it', () => {
    expect(proxy.through(address)).toMatch(/^echo:\/\/user:secret@127\.0\.0\.1:\d+\/path\?query=1$/);
    expect(proxy.through(address)).not.toBe(address);
  });

  it('carries bytes both ways', async () => {
    const client = dial();
    client.socket.write('hello');
    await expect.poll(client.heard).toBe('hello');
  });

  it('cuts what stands, and lets new connections through', async () => {
    const client = dial();
    client.socket.write('hello');
    await expect.poll(client.heard).toBe('hello');
    proxy.cut();
    await expect.poll(client.closed).toBe(true);
    const next = dial();
    next.socket.write('again');
    await expect.poll(next.heard).toBe('again');
  });

  it('refuses new connections until it is restored', async () => {
    proxy.refuse();
    const refused = dial();
    await expect.poll(refused.closed).toBe(true);
    proxy.restore();
    const client = dial();
    client.socket.write('hello');
    await expect.poll(client.heard).toBe('hello');
  });

  it('holds back what is sent while it stalls, and breaks nothing', async () => {
    const client = dial();
    client.socket.write('one ');
    await expect.poll(client.heard).toBe('one ');
    proxy.stall();
    client.socket.write('two');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect({ heard: client.heard(), closed: client.closed() }).toEqual({ heard: 'one ', closed: false });
    proxy.restore();
    await expect.poll(client.heard).toBe('one two');
  });
});
