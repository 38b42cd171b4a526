import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, at, run, Up } from './command-line.ts';
import { linkLibraries, makePlace, type Place } from './place.ts';

let place: Place;
let desk: Place;
let dev: Up | undefined;
const up: Up[] = [];
beforeAll(async () => {
  place = await makePlace();
  desk = { ...place, folder: join(place.folder, 'desk') };
});
afterAll(async () => {
  await Promise.all(up.map((each) => each.end('SIGKILL')));
  await place?.remove();
}, 60_000);

describe('a new project outside the checkout', { timeout: 120_000 }, () => {
  it('is written by init', async () => {
    const { code, out } = await run(place, 'init', 'desk');
    expect(code).toBe(0);
    expect(out).toContain('bulkhead.ts');
    await linkLibraries(desk.folder);
  });

  it('runs its tasks on `bulkhead dev`, in plain lines where nobody watches', async () => {
    dev = new Up(desk, 'dev');
    up.push(dev);
    await dev.untilLine(/^Ctrl-C|Ctrl-C stops everything/);
    const text = dev.lines.join('\n');
    expect(text).toMatch(/^bulkhead http:\/\/127\.0\.0\.1:\d+ {2}data in /);
    expect(text).toMatch(/^model {4}local {2}No provider key is set/m);
    expect(text).toMatch(/^agent {4}office-desk/m);
    expect(text).toMatch(/^ 1 │ tool {2}officeHours \{"city":"Lisbon"\} · ok/m);
    expect(text).toMatch(/^ 2 │ succeeded · /m);
    expect(text).toMatch(/^First task finished \d+\.\d s after the start\.$/m);
    expect(text).toContain('Tasks: 2 succeeded.');
    expect(text).not.toContain('\u001b');
  });

  it('says, to the letter, how to submit one more', async () => {
    const line = (await dev?.untilLine(/^submit another/)) ?? '';
    expect(line).toContain(`BULKHEAD_HOME=${place.home}`);
    expect(line).toContain(`BULKHEAD_PORT=${new URL(dev?.url ?? '').port}`);
    expect(line).toContain(`run office-desk 'Is the Lisbon office open now?'`);
  });

  it('is refused a second time on the same data folder, in one sentence', async () => {
    const { code, out, error } = await run(desk, 'dev');
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(error).toMatch(/^.*is in use by process \d+\..*\n$/);
  });

  it('ends in order at SIGTERM', async () => {
    expect(await dev?.end('SIGTERM')).toBe(0);
    expect(dev?.lines.at(-1)).toBe('Stopped.');
  });

  it('is refused on a port that is taken, in one sentence', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const { code, error } = await run(desk, 'dev', '--port', port);
    other.close();
    expect(code).toBe(1);
    expect(error).toBe(
      `Port ${port} on 127.0.0.1 is taken by another program. Stop that program, or choose another port with BULKHEAD_PORT.\n`,
    );
  });

  it('runs with the API and a worker apart, as JSON lines say', async () => {
    const server = new Up(desk, 'server');
    up.push(server);
    await server.untilLine(/The API is up/);
    const id = (
      await run(at(desk, server), 'run', 'office-desk', 'Is the Lisbon office open now?', '--no-wait')
    ).out.trim();
    expect(await ask(desk, server, 'runs', 'show', id)).toMatchObject({ status: 'queued' });
    const worker = new Up(desk, 'worker');
    up.push(worker);
    await expect
      .poll(() => ask(desk, server, 'runs', 'show', id), { timeout: 60_000, interval: 200 })
      .toMatchObject({ status: 'succeeded' });
    expect([await worker.end('SIGTERM'), await server.end('SIGTERM')]).toEqual([0, 0]);
    for (const line of [...worker.lines, ...server.lines]) {
      expect(JSON.parse(line)).toMatchObject({ level: expect.any(Number), msg: expect.any(String) });
    }
  });

  it('is refused where there is no project, before anything is started', async () => {
    const { code, error } = await run(place, 'dev', 'nowhere');
    expect(code).toBe(1);
    expect(error).toContain('There is no bulkhead.ts');
  });
});
