import { access } from 'node:fs/promises';
import { createServer } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { run } from './command-line.ts';
import { freePort, makePlace, type Place } from './place.ts';

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
