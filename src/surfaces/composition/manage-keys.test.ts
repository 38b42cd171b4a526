import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database/index.ts';
import { systemClock } from '../../contract/clock.ts';
import { openStore, type Store } from '../../foundation/store/index.ts';
import { createAuthenticator } from '../../pillars/identity/index.ts';
import { type InstallationOptions, withKeys } from './manage-keys.ts';

describe('API keys of an installation', () => {
  let database: TestDatabase;
  let store: Store;
  let installation: InstallationOptions;

  beforeAll(async () => {
    database = await createTestDatabase();
    store = openStore({ url: database.url, role: 'bulkhead_api' });
    const environment = {
      DATABASE_URL: database.url,
      BULKHEAD_MASTER_KEY: randomBytes(32).toString('base64'),
    };
    installation = { environment, home: tmpdir() };
  });
  afterAll(async () => {
    await store.close();
    await database.drop();
  });

  it('can be made without a key, and open the API with their roles', async () => {
    const { id, key } = await withKeys(installation, (keys) => keys.create('ci', ['developer']));
    const authenticate = createAuthenticator({ store, clock: systemClock });
    expect(await authenticate(`Bearer ${key}`)).toMatchObject({ id, name: 'ci', roles: ['developer'] });
  });

  it('open nothing once they are revoked, and stay in the list', async () => {
    const { id, key } = await withKeys(installation, async (keys) => {
      const made = await keys.create('old', ['auditor']);
      await keys.revoke(made.id);
      return made;
    });
    const authenticate = createAuthenticator({ store, clock: systemClock });
    await expect(authenticate(`Bearer ${key}`)).rejects.toMatchObject({ code: 'unauthorized' });
    const listed = await withKeys(installation, (keys) => keys.list());
    expect(listed.find((known) => known.id === id)?.revokedAt).toBeInstanceOf(Date);
    expect(JSON.stringify(listed)).not.toContain(key.slice(-20));
  });

  it('cannot be revoked twice, nor when there are none of that id', async () => {
    await expect(withKeys(installation, (keys) => keys.revoke('nobody'))).rejects.toMatchObject({
      code: 'unknown_key',
    });
  });

  it('need the master key of the installation', async () => {
    const environment = { DATABASE_URL: database.url };
    await expect(
      withKeys({ environment, home: '/nowhere' }, (keys) => keys.create('x', ['admin'])),
    ).rejects.toMatchObject({ code: 'missing_master_key' });
  });
});
