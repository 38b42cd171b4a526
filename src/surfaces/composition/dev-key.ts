import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../contract/clock.ts';
import { ROLES } from '../../contract/principal.ts';
import { inTenant, type Store } from '../../foundation/store/index.ts';
import type { KeyRing } from '../../foundation/vault/index.ts';
import { createApiKey, createAuthenticator, tenantStream } from '../../pillars/identity/index.ts';

/**
 * The key of `bulkhead dev`: made once, kept in `dev.key` (mode 600) of the data folder. A file whose
 * key this database does not know is replaced.
 */
export async function devKey(options: {
  home: string;
  store: Store;
  keys: KeyRing;
  tenant: string;
  clock: Clock;
}): Promise<string> {
  const path = join(options.home, 'dev.key');
  const present = (await readFile(path, 'utf8').catch(() => '')).trim();
  const authenticate = createAuthenticator(options);
  const known =
    present !== '' &&
    (await authenticate(`Bearer ${present}`).then(
      () => true,
      () => false,
    ));
  if (known) return present;
  const stream = await tenantStream(options.store, options.keys, options.tenant);
  const { key } = await inTenant(options.store, options.tenant, (client) =>
    createApiKey(client, {
      stream,
      name: 'bulkhead dev',
      roles: ROLES,
      principal: 'dev',
      now: options.clock.now(),
    }),
  );
  await writeFile(path, `${key}\n`, { mode: 0o600 });
  return key;
}
