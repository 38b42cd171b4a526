import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBackend } from '../../examples/support/backend/create-backend.ts';
import type { Run } from '../../src/surfaces/cli/client/index.ts';
import { ask, Up } from './command-line.ts';
import { copySupport, makePlace, type Place } from './place.ts';

let tasks: number;
/** How many of them end without a person. */
let answered: number;

let place: Place;
let backend: Server;
let backendUrl: string;
/** The company's systems do what they are asked, and their answer never arrives. */
let answersAreLost = true;
let dev: Up | undefined;
beforeAll(async () => {
  place = await makePlace();
  const routes = createBackend();
  backend = createServer((request, response) => {
    if (answersAreLost && request.method === 'POST') response.end = () => response;
    routes.emit('request', request, response);
  });
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const backendPort = (backend.address() as AddressInfo).port;
  backendUrl = `http://127.0.0.1:${backendPort}`;
  const project = await copySupport(place, { backendPort, withService: false });
  const expected: { ends: string }[] = JSON.parse(await readFile(join(project, 'expected.json'), 'utf8'));
  tasks = expected.length;
  answered = expected.filter(({ ends }) => ends === 'answered').length;
}, 30_000);
afterAll(async () => {
  await dev?.end('SIGKILL');
  backend?.close();
  backend?.closeAllConnections();
  await place?.remove();
}, 60_000);

async function effects(): Promise<string[]> {
  const body = (await (await fetch(`${backendUrl}/effects`)).json()) as {
    effects: { account: string; kind: string; usd?: number }[];
  };
  return body.effects.map(({ account, kind, usd }) => `${account} ${kind} ${usd ?? ''}`.trim()).sort();
}

const everyEffect = ['AC-1042 credit 10', 'AC-1044 line-test', 'AC-1045 credit 5'];

describe('kill -9 of the whole process', { timeout: 120_000 }, () => {
  it('comes after effects of which it has heard nothing yet', async () => {
    dev = new Up(place, 'dev', 'support', '--json');
    await dev.until('task.submitted', ({ task }) => task === tasks);
    await expect.poll(effects, { timeout: 60_000 }).toEqual(everyEffect);
    expect(await dev.end('SIGKILL')).toBeNull();
    answersAreLost = false;
  });

  it('is followed by a start that takes the database over and finishes the runs', async () => {
    dev = new Up(place, 'dev', 'support', '--json');
    const resumed = await dev.until('resumed');
    expect(resumed.adopted).toBe(true);
    expect(resumed.runs).toBeGreaterThanOrEqual(everyEffect.length);
    await dev.until('settled');
    expect(dev.events.filter(({ event }) => event === 'tasks.skipped')).toEqual([
      { event: 'tasks.skipped', tasks },
    ]);
  });

  it('has lost nothing and doubled nothing', async () => {
    const { runs } = await ask<{ runs: Run[] }>(place, { url: dev?.url ?? '' }, 'runs', '--limit', '100');
    const ended = runs.filter(({ status }) => status === 'succeeded');
    const waiting = runs.filter(({ status }) => status === 'waiting');
    expect([runs.length, ended.length, waiting.length]).toEqual([tasks, answered, tasks - answered]);
    expect(await effects()).toEqual(everyEffect);
  });

  it('leaves nothing to take over after an orderly end', async () => {
    expect(await dev?.end()).toBe(0);
    dev = new Up(place, 'dev', 'support', '--json', '--no-tasks');
    const settled = await dev.until('settled');
    expect(settled).toMatchObject({ ended: 0, waiting: [] });
    expect(dev.events.some(({ event }) => event === 'resumed')).toBe(false);
    expect(await dev.end()).toBe(0);
  });
});
