import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { BulkheadError } from '../../../contract/errors.ts';

const run = promisify(execFile);

/** The account that the server runs as, where that is not our own. */
export type ServerUser = { uid: number; gid: number };

const accountName = 'bulkhead';

/**
 * Chooses the account for a server started by root, because PostgreSQL refuses to run as root.
 *
 * An account `bulkhead` or `postgres` is used if there is one; else the system account `bulkhead` is
 * created, without home, shell or password. Accounts such as `nobody` are never used: whatever else
 * runs as nobody could read the database.
 *
 * @returns undefined when we are not root: the server then runs as ourselves.
 * @throws BulkheadError `no_server_user`
 * @example
 * await chooseServerUser(); // { uid: 101, gid: 104 }
 */
export async function chooseServerUser(): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const existing = (await lookUp(accountName)) ?? (await lookUp('postgres'));
  if (existing !== undefined) return proveUsable(existing);

  const creation = await createAccount().catch((error: unknown) => error);
  // Another process may have created it in the same moment, so the account decides, not the exit code.
  const created = await lookUp(accountName);
  if (created !== undefined) return proveUsable(created);
  throw noServerUser('no account for it could be created', creation);
}

/**
 * Whether a user may enter a folder, judged by the permissions of the folder and of all above it.
 *
 * @example
 * await canReach('/root/project/.bulkhead', { uid: 101, gid: 104 }); // false where /root has mode 700
 */
export async function canReach(folder: string, user: ServerUser): Promise<boolean> {
  const { mode, uid, gid } = await stat(folder);
  const execute = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if ((mode & execute) === 0) return false;
  const parent = dirname(folder);
  return parent === folder || canReach(parent, user);
}

/** In a container without the capability SETUID even root cannot become another account. */
async function proveUsable(user: ServerUser): Promise<ServerUser> {
  try {
    await run('id', [], user);
    return user;
  } catch (error) {
    throw noServerUser(`this root may not start programs as user ${user.uid}`, error);
  }
}

function noServerUser(reason: string, cause: unknown): BulkheadError {
  return new BulkheadError({
    code: 'no_server_user',
    message:
      `PostgreSQL does not run as root, and ${reason}. Start Bulkhead as another user, ` +
      `or create a system account named "${accountName}", or set DATABASE_URL.`,
    status: 500,
    cause,
  });
}

async function lookUp(name: string): Promise<ServerUser | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    const user = { uid: Number(uid.stdout), gid: Number(gid.stdout) };
    return user.uid > 0 ? user : undefined;
  } catch {
    return undefined;
  }
}

/** The same account as Debian's adduser(8) --system makes for a service. */
async function createAccount(): Promise<void> {
  const home = ['--no-create-home', '--home-dir', '/nonexistent'];
  const login = ['--shell', '/usr/sbin/nologin'];
  const path = `${process.env.PATH ?? ''}:/usr/sbin:/sbin`;
  await run('useradd', ['--system', '--user-group', ...home, ...login, accountName], {
    env: { ...process.env, PATH: path },
  });
}
