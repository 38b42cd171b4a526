import { createHash } from 'node:crypto';
import { chmod, lstat, mkdir, readlink, realpath, rename, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { BulkheadError } from '../../../contract/errors.ts';
import { createFolder } from './create-folder.ts';
import { notAccessible } from './explain-failure.ts';
import { readHomeFile, writeHomeFile } from './home-file.ts';
import { findRunningServer } from './running-server.ts';
import { canReach, chooseServerUser, type ServerUser } from './server-user.ts';
import { stopServer } from './stop-server.ts';

/** Where the database of a data folder lives. All paths are real paths. */
export type Cluster = {
  home: string;
  /** Ours: holds the database's folder, its access rules, and copies of the programs where need be. */
  root: string;
  /** The database's own folder; belongs to the account of the server. */
  data: string;
  /** The account of the server; undefined when it runs as ourselves. */
  user: ServerUser | undefined;
};

/** Where the clusters of root live when their data folder is closed to the account of the server. */
const outside = '/var/lib/bulkhead';

/**
 * Finds the place of a data folder's database, or chooses and prepares one: `<home>/postgres`; or, when
 * we are root and the account of the server cannot reach that, `/var/lib/bulkhead/<id>` with a link.
 * The caller holds the lock of the folder.
 *
 * @param home Real path of the data folder.
 * @throws BulkheadError `home_not_accessible`, `database_missing`, `database_of_another_home`, `no_server_user`
 * @example
 * const { data } = await locateCluster('/srv/app/.bulkhead', console.log);
 */
export async function locateCluster(home: string, log: (line: string) => void): Promise<Cluster> {
  const place = join(home, 'postgres');
  const entry = await lstat(place).catch(undefinedWhenMissing);
  const root = entry === undefined ? undefined : await existingRoot(home, place, entry.isSymbolicLink());
  const owner = root === undefined ? undefined : await ownerOfData(home, root);
  const user = owner ?? (await chooseServerUser());

  if (root !== undefined) {
    if (user !== undefined && !(await canReach(root, user))) {
      throw notAccessible(home, `user ${user.uid}, as whom PostgreSQL runs, may not enter ${root}`);
    }
    return { home, root, data: join(root, 'data'), user };
  }
  if (user === undefined || (await canReach(home, user))) {
    await mkdir(place);
    await chmod(place, user === undefined ? 0o700 : 0o711);
    return { home, root: place, data: join(place, 'data'), user };
  }
  const created = await createOutside(home, log);
  await symlink(created, place);
  return { home, root: created, data: join(created, 'data'), user };
}

async function existingRoot(home: string, place: string, isLink: boolean): Promise<string> {
  if (!isLink) return place;
  const target = await readlink(place);
  const root = await realpath(place).catch(undefinedWhenMissing);
  if (root === undefined) {
    throw new BulkheadError({
      code: 'database_missing',
      message:
        `${place} points to ${target}, which is gone. Bring that folder back, or remove the link to begin ` +
        'with an empty database.',
      status: 500,
    });
  }
  const owner = await readHomeFile(join(root, 'home'));
  if (owner !== undefined && owner !== home) {
    if ((await realpath(join(owner, 'postgres')).catch(undefinedWhenMissing)) === root) {
      throw new BulkheadError({
        code: 'database_of_another_home',
        message:
          `${place} points to the database of ${owner}: the folder was copied, but its database was not. ` +
          'Remove the link to begin with an empty database.',
        status: 409,
      });
    }
    await writeHomeFile(join(root, 'home'), home);
  }
  return root;
}

/** A database goes on as the account that it belongs to, so that root may start what a user created. */
async function ownerOfData(home: string, root: string): Promise<ServerUser | undefined> {
  const owner = await stat(join(root, 'data')).catch(undefinedWhenMissing);
  const self = process.getuid?.();
  if (owner === undefined || owner.uid === self) return undefined;
  if (self !== 0) throw notAccessible(home, `its database belongs to user ${owner.uid}`);
  return { uid: owner.uid, gid: owner.gid };
}

async function createOutside(home: string, log: (line: string) => void): Promise<string> {
  const id = createHash('sha256').update(home).digest('hex').slice(0, 16);
  const root = join(outside, id);
  await setAside(root, log);
  await createFolder(outside, 0o755);
  await mkdir(root);
  await chmod(root, 0o711);
  await writeHomeFile(join(root, 'home'), home);
  return root;
}

/** The database of a data folder that was deleted: its password is gone, but its data is not ours to delete. */
async function setAside(root: string, log: (line: string) => void): Promise<void> {
  const data = join(root, 'data');
  if ((await stat(data).catch(undefinedWhenMissing)) === undefined) {
    await rm(root, { recursive: true, force: true });
    return;
  }
  const server = await findRunningServer(data);
  if (server !== undefined) await stopServer(server);
  const aside = `${root}.${new Date().toISOString().replaceAll(/[^0-9]/g, '')}`;
  await rename(root, aside);
  log(
    `The database of an earlier data folder at this place was kept in ${aside}; delete it when it is not needed.`,
  );
}

function undefinedWhenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
