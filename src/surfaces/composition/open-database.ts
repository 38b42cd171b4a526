import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { BulkheadError } from '../../contract/errors.ts';
import { makePartitions } from '../../foundation/queue/retention/index.ts';
import { joinEmbeddedPostgres, startEmbeddedPostgres } from '../../foundation/store/embedded/index.ts';
import { databaseUnreachable } from '../../foundation/store/index.ts';
import { migrate } from '../../foundation/store/migrate.ts';
import { createTenant, type KeyRing } from '../../foundation/vault/index.ts';
import { postgresAddress } from './postgres-address.ts';

export type OpenDatabase = {
  url: string;
  /** An embedded server was found running and taken over. */
  adopted: boolean;
  stop(): Promise<void>;
};

/** Where the migrations of this version are. */
export const migrations = fileURLToPath(new URL('../../foundation/store/migrations/', import.meta.url));

/** `DATABASE_URL`, or the embedded server of the data folder: started here, or joined where another process runs it. */
export async function openDatabase(options: {
  environment: Record<string, string | undefined>;
  home: string;
  supervise: boolean;
  log: (line: string) => void;
}): Promise<OpenDatabase> {
  const given = options.environment.DATABASE_URL;
  if (given !== undefined && given !== '') {
    return { url: postgresAddress(given), adopted: false, stop: async () => {} };
  }
  if (options.supervise) return startEmbeddedPostgres({ home: options.home, log: options.log });
  const { url } = await joinEmbeddedPostgres({ home: options.home });
  return { url, adopted: false, stop: async () => {} };
}

/** Brings the schema forward and makes the tenant, in the database owner's own rights. */
export async function prepareDatabase(
  url: string,
  keys: KeyRing,
  tenant: { id: string; name: string },
  directory = migrations,
): Promise<void> {
  await migrate(url, { directory });
  const owner = new pg.Client({ connectionString: url });
  owner.on('error', () => {});
  await owner.connect().catch((error: unknown) => {
    throw databaseUnreachable(error);
  });
  try {
    await takeRoles(owner);
    await createTenant(owner, keys, tenant);
    await checkMasterKey(keys, tenant.id);
    // Without it nothing is lost, and a worker looks again within the hour, and says what is in the way.
    await makePartitions(owner).catch(() => []);
  } finally {
    await owner.end();
  }
}

/** A process that could open nothing would look healthy, and put every run back that it takes. */
async function checkMasterKey(keys: KeyRing, tenant: string): Promise<void> {
  try {
    await keys.newDataKey(tenant, tenant);
  } catch (error) {
    if (!BulkheadError.isInstance(error) || error.code !== 'seal_broken') throw error;
    throw new BulkheadError({
      code: 'wrong_master_key',
      message:
        'This database was made with another master key. Give the one that it was made with, in BULKHEAD_MASTER_KEY or as master.key in BULKHEAD_HOME; nothing in it can be read with this one.',
      status: 500,
    });
  }
}

/**
 * Lets the login act in the two roles, where it may not yet. Roles belong to the whole server, so
 * another installation that starts now may do the same: then it is done.
 */
async function takeRoles(owner: pg.Client): Promise<void> {
  for (const role of ['bulkhead_api', 'bulkhead_worker']) {
    const may = async () =>
      (await owner.query<{ may: boolean }>("SELECT pg_has_role(current_user, $1, 'MEMBER') AS may", [role]))
        .rows[0]?.may;
    if (await may()) continue;
    await owner.query(`GRANT ${role} TO current_user`).catch(async (error: unknown) => {
      if (!(await may())) throw error;
    });
  }
}
