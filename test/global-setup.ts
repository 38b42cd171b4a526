import { tmpdir } from 'node:os';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '../src/foundation/store/embedded/index.ts';
import {
  makeTemporaryHome,
  removeLeftOverHomes,
} from '../src/foundation/store/embedded/testing/temporary-home.ts';
import { dropRun, makeTemplate } from './database/template.ts';

/**
 * Gives the whole run one PostgreSQL server: the one that `TEST_DATABASE_URL` names, or an embedded one
 * that is started for the run. Test files take databases from it with `createTestDatabase`.
 */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const named = process.env.TEST_DATABASE_URL;
  if (named !== undefined && named !== '') {
    const server = await makeTemplate(named).catch((error: unknown) => {
      throw new Error('The server that TEST_DATABASE_URL names cannot be used.', { cause: error });
    });
    project.provide('testServer', server);
    return () => dropRun(server);
  }

  await removeLeftOverHomes(tmpdir());
  const { home, remove } = await makeTemporaryHome(tmpdir());
  let tearDown = remove;
  try {
    // Nothing that a test writes has to survive a crash of the machine.
    const postgres = await startEmbeddedPostgres({ home, durability: 'off' });
    tearDown = async () => {
      await postgres.stop();
      await remove();
    };
    project.provide('testServer', await makeTemplate(postgres.url));
    return tearDown;
  } catch (error) {
    await tearDown();
    throw error;
  }
}
