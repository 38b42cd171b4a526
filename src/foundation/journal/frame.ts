import { hash } from 'node:crypto';
import type { Entry, EntryBody, EntryMeta } from '../../contract/entry.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { RetentionClass } from '../../contract/retention.ts';
import type { DataKey } from '../vault/index.ts';

/** Which chain of the journal, and under which key its content is sealed. */
export type Stream = {
  /** Retention class; fixed when the stream is made. */
  readonly class: RetentionClass;
  readonly id: string;
  readonly tenant: string;
  readonly key: DataKey;
};

/** One row of the table `frame`. */
export type FrameRow = {
  class: string;
  stream: string;
  frame: number;
  tenant: string;
  epoch: number;
  previous: Buffer;
  hash: Buffer;
  meta: string;
  bodies: Buffer | null;
};

/** What the first frame of a stream names as the one before it. */
export const GENESIS: Buffer = Buffer.alloc(32);

const DOMAIN = Buffer.from('bulkhead:frame:1\0');

/** Seals and chains entries into the row of one frame. */
export function encodeFrame(
  stream: Stream,
  position: { frame: number; previous: Buffer; epoch: number },
  entries: readonly Entry[],
): FrameRow {
  const bodies = entries.some((entry) => entry.body !== undefined)
    ? stream.key.seal(
        Buffer.from(JSON.stringify(entries.map((entry) => entry.body ?? null))),
        sealContext(stream.tenant, stream.class, stream.id, position.frame),
      )
    : null;
  const row = {
    class: stream.class,
    stream: stream.id,
    tenant: stream.tenant,
    ...position,
    meta: JSON.stringify(entries.map((entry) => entry.meta)),
    bodies,
  };
  return { ...row, hash: hashFrame(row) };
}

/** Opens a frame's entries. @throws BulkheadError `seal_broken` */
export function decodeFrame(row: FrameRow, key: DataKey): Entry[] {
  const metas = JSON.parse(row.meta) as (EntryMeta & { at: number })[];
  if (row.bodies === null) return metas.map((meta) => ({ meta }));
  const opened = key.open(row.bodies, sealContext(row.tenant, row.class, row.stream, row.frame));
  const bodies = JSON.parse(opened.toString()) as (EntryBody | null)[];
  return metas.map((meta, index) => {
    const body = bodies[index];
    return body === null || body === undefined ? { meta } : { meta, body };
  });
}

/**
 * SHA-256 of every field with its length before it, under a domain of its own: no two different frames
 * have the same input. It covers ciphertext, so that destroying a key breaks no hash.
 */
export function hashFrame(row: Omit<FrameRow, 'hash'>): Buffer {
  const fields = [
    row.class,
    row.stream,
    String(row.frame),
    row.tenant,
    String(row.epoch),
    row.previous,
    row.meta,
    row.bodies ?? '',
  ];
  const lengths = fields.map((field) => Buffer.byteLength(field));
  const start = DOMAIN.length + fields.length * 4;
  // In one piece: for frames of some kilobytes a copy is cheaper than a hash object that is fed field by field.
  const input = Buffer.allocUnsafe(lengths.reduce((sum, length) => sum + length, start));
  input.set(DOMAIN);
  let end = start;
  for (const [index, field] of fields.entries()) {
    input.writeUInt32BE(lengths[index] ?? 0, DOMAIN.length + index * 4);
    end += typeof field === 'string' ? input.write(field, end) : put(input, field, end);
  }
  return hash('sha256', input, 'buffer');
}

function put(into: Buffer, field: Buffer, at: number): number {
  into.set(field, at);
  return field.length;
}

/** Checks that rows are one unbroken chain. @throws BulkheadError `journal_broken` naming the frame. */
export function verifyChain(rows: readonly FrameRow[]): void {
  let previous = GENESIS;
  for (const [index, row] of rows.entries()) {
    if (row.frame !== index || !row.previous.equals(previous) || !hashFrame(row).equals(row.hash)) {
      throw new BulkheadError({
        code: 'journal_broken',
        message: `The journal of ${row.stream} is broken at frame ${index}: a frame is missing or was changed. Nothing is executed on it; restore it from a backup.`,
        status: 500,
        endsRun: true,
      });
    }
    previous = row.hash;
  }
}

const sealContext = (tenant: string, retention: string, stream: string, frame: number) =>
  `${tenant}|frame|${retention}|${stream}|${frame}`;
