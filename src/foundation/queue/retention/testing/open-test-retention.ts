import { randomBytes } from 'node:crypto';
import type { RetentionClass } from '../../../../contract/retention.ts';
import type { Stream } from '../../../journal/index.ts';
import { createTenant } from '../../../vault/index.ts';
import type { NewRun } from '../../create-run.ts';
import { openTestQueue, TENANT, type TestQueue } from '../../testing/open-test-queue.ts';
import { type AppliedRetention, type ApplyOptions, applyRetention } from '../apply.ts';

const DAY = 86_400_000;

export type AgedRun = Partial<NewRun> & {
  /** Days since it was made and, when it is over, since it ended. */
  age: number;
  status?: string;
};

/** A queue whose runs can be as old as a test wants. */
export type TestRetention = TestQueue & {
  /** A run of this age, with a second frame. It has succeeded unless said otherwise. */
  aged(run: AgedRun): Promise<string>;
  /** Makes the partition that a class would have had so many days ago, and names it. */
  partition(retention: RetentionClass, age: number): Promise<string>;
  openStream(tenant: string): Promise<Stream>;
  apply(more?: Partial<ApplyOptions>): Promise<AppliedRetention>;
  /** How many rows of a table match. */
  count(table: string, where?: string): Promise<number>;
  addTenant(id: string): Promise<void>;
};

/** A UUIDv7 of this moment. */
export function idOf(time: number): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(time, 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return bytes.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
}

export const daysAgo = (days: number): Date => new Date(Date.now() - days * DAY);

export async function openTestRetention(): Promise<TestRetention> {
  const queue = await openTestQueue();
  const openStream = async (tenant: string): Promise<Stream> => {
    const { rows } = await queue.owner.query('SELECT stream FROM tenant WHERE id = $1', [tenant]);
    const id = String(rows[0]?.stream);
    return { class: 'permanent', id, tenant, key: await queue.keys.dataKey(tenant, id) };
  };
  return {
    ...queue,
    openStream,
    async aged({ age, status = 'succeeded', ...more }) {
      const made = daysAgo(age);
      const id = await queue.create({ id: idOf(made.getTime()), ...more });
      await queue.set(id, {
        status,
        created_at: made,
        finished_at: ['succeeded', 'failed', 'cancelled'].includes(status) ? made : null,
      });
      await queue.pool.query(
        `INSERT INTO frame (class, stream, frame, tenant, epoch, previous, hash, meta)
         SELECT class, stream, 1, tenant, 1, hash, sha256(hash), '[]' FROM frame WHERE stream = $1`,
        [id],
      );
      return id;
    },
    async partition(retention, age) {
      const { rows } = await queue.owner.query<{ partition: string }>(
        'SELECT add_frame_partition($1, $2) AS partition',
        [retention, daysAgo(age)],
      );
      return String(rows[0]?.partition);
    },
    apply: (more = {}) =>
      applyRetention({ pool: queue.owner, openStream, principal: 'test', now: Date.now(), ...more }),
    async count(table, where = 'true') {
      const { rows } = await queue.owner.query(`SELECT count(*)::int AS count FROM ${table} WHERE ${where}`);
      return rows[0]?.count as number;
    },
    addTenant: (id) => createTenant(queue.owner, queue.keys, { id, name: id }),
  };
}

export { TENANT };
