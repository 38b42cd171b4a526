import { readdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { identifyProcess } from '../process-identity.ts';
import { startEmbeddedPostgres } from '../start-embedded-postgres.ts';
import { removeEmbeddedPostgres } from './remove-embedded-postgres.ts';
import { runningServer } from './server-facts.ts';
import { killSupervisor, startSupervisor } from './start-supervisor.ts';
import { makeTemporaryHome, type TemporaryHome } from './temporary-home.ts';

let temporary: TemporaryHome;
beforeEach(async () => {
  temporary = await makeTemporaryHome(tmpdir());
});
afterEach(() => temporary.remove());

describe('removing the database of a data folder', () => {
  it('stops a server that was left behind, and leaves what is not of the database', async () => {
    const { home } = temporary;
    await killSupervisor((await startSupervisor(home, { durability: 'off' })).child);
    const { pid } = await runningServer(home);
    await writeFile(join(home, 'master.key'), 'kept');

    await removeEmbeddedPostgres({ home });
    expect(identifyProcess(pid)).toBeUndefined();
    expect((await readdir(home)).toSorted()).toEqual(['master.key', 'supervisor']);
  });

  it('is refused while a supervisor lives', async () => {
    const { home } = temporary;
    const database = await startEmbeddedPostgres({ home, durability: 'off' });
    await expect(removeEmbeddedPostgres({ home })).rejects.toMatchObject({ code: 'home_in_use' });
    await database.stop();
  });
});
