/** `full`: a commit that was acknowledged survives a power cut. `off`: for tests, whose data may be lost. */
export type Durability = 'full' | 'off';

/** Sized for a machine with 2 cores that also runs everything else. */
const settings: Record<string, string> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  password_encryption: 'scram-sha-256',
  max_connections: '100',
  shared_buffers: '128MB',
  effective_cache_size: '1GB',
  maintenance_work_mem: '64MB',
  work_mem: '8MB',
  random_page_cost: '1.1',
  // Our statements are short and indexed: compiling them, or spreading them over processes, costs more than it saves.
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  max_worker_processes: '4',
  max_logical_replication_workers: '0',
  io_workers: '1',
  autovacuum_max_workers: '2',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  log_line_prefix: '%m [%p] ',
  // A statement that failed may carry values of a user in its text: they do not belong into a log.
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
};

const durabilities: Record<Durability, Record<string, string>> = {
  full: { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' },
  off: { fsync: 'off', full_page_writes: 'off', synchronous_commit: 'off' },
};

/**
 * The settings of the server as arguments of its command line. They are not written into the data
 * folder: that belongs to the server's account, and root must not write where another account can
 * plant links.
 *
 * @param accessFile Path of the file that says who may connect (pg_hba.conf).
 * @example
 * serverArguments('/srv/app/.bulkhead/postgres/access.conf', 'full'); // ['-c', 'listen_addresses=127.0.0.1', …]
 */
export function serverArguments(accessFile: string, durability: Durability): string[] {
  const all = { ...settings, ...durabilities[durability], hba_file: accessFile };
  return Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Who may connect, in the format of pg_hba.conf: from this machine only, and never without the password. */
export const accessRules = `local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n`;

/**
 * The whole environment of the server's programs. Ours is not inherited: it may hold keys, and
 * PostgreSQL would follow any PG… variable in it.
 */
export const serverEnvironment: NodeJS.ProcessEnv = { PATH: '/usr/bin:/bin', LC_ALL: 'C' };
