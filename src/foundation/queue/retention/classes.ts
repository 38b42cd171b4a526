import type pg from 'pg';
import { type Duration, milliseconds } from '../../../contract/duration.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import { appendExclusive, type Stream } from '../../journal/index.ts';

/** A class of retention; `keepDays` null keeps for ever. */
export type RetentionRule = { name: string; keepDays: number | null };

const DAY = 86_400_000;

/** The classes and how long each is kept after a run's end. */
export async function listClasses(connection: pg.Pool | pg.PoolClient): Promise<RetentionRule[]> {
  const { rows } = await connection.query<RetentionRule>(
    'SELECT name, keep_days AS "keepDays" FROM retention_class ORDER BY keep_days DESC NULLS FIRST',
  );
  return rows;
}

/**
 * Says how long a class is kept, also for runs that are there already, and records that in every tenant's
 * stream. One transaction, which is the caller's, with the owner's rights.
 *
 * @param request.keep whole days, from one on
 * @throws BulkheadError `invalid_duration`, `unknown_class`, `class_is_permanent`
 */
export async function setClass(
  client: pg.PoolClient,
  request: {
    name: string;
    keep: Duration;
    streams: readonly Stream[];
    principal: string;
    now: number;
  },
): Promise<RetentionRule> {
  const keepDays = milliseconds(request.keep) / DAY;
  if (!Number.isInteger(keepDays) || keepDays < 1) {
    throw new BulkheadError({
      code: 'invalid_duration',
      message: `"${request.keep}" cannot be kept to. Write whole days, one at least: '30d'.`,
    });
  }
  const classes = await listClasses(client);
  const standing = classes.find(({ name }) => name === request.name);
  if (standing === undefined) {
    throw new BulkheadError({
      code: 'unknown_class',
      message: `There is no class of retention "${request.name}". There are ${classes.map(({ name }) => name).join(', ')}.`,
    });
  }
  if (standing.keepDays === null) {
    throw new BulkheadError({
      code: 'class_is_permanent',
      message: `The class "${request.name}" is kept for ever; that cannot be changed. Let definitions declare another class.`,
    });
  }
  await client.query('UPDATE retention_class SET keep_days = $2 WHERE name = $1', [request.name, keepDays]);
  const meta = {
    kind: 'retention.set' as const,
    class: request.name,
    days: keepDays,
    principal: request.principal,
  };
  for (const stream of request.streams) await appendExclusive(client, stream, [{ meta }], request.now);
  return { name: request.name, keepDays };
}
