import { access } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { run } from './command-line.ts';
import { copySupport, freePort, makePlace, type Place } from './place.ts';

let place: Place | undefined;
afterEach(() => place?.remove());

it('a port that is taken is told before a database is made', async () => {
  place = await makePlace();
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  const { code, error } = await run(place, 'server', '--port', String(port));
  other.close();
  expect({ code, error }).toEqual({
    code: 1,
    error: `Port ${port} on 127.0.0.1 is taken by another program. Stop that program, or choose another port with BULKHEAD_PORT.\n`,
  });
  await expect(access(place.home)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('dev gives no task to a stranger on the port of its project, and says which port it is', async () => {
  place = await makePlace();
  const backendPort = await freePort();
  let heard = 0;
  const stranger = createHttpServer((_, response) => {
    heard += 1;
    response.end();
  }).listen(backendPort, '127.0.0.1');
  const project = await copySupport(place, { backendPort, withService: true });
  const { code, out, error } = await run(place, 'dev', project);
  stranger.close();
  expect({ code, error }).toEqual({
    code: 1,
    error: expect.stringMatching(
      new RegExp(`^Port ${backendPort}, on which the services of .* is taken by another program\\..*\n$`),
    ),
  });
  expect(out).not.toContain('lineStatus');
  expect(heard).toBe(0);
});
