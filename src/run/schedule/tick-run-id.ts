import { createHash } from 'node:crypto';

/**
 * The id of the run that a tick makes: the same each time, so that no tick can make two. A UUIDv7 at the tick's
 * time, its random part out of the schedule's id and the tick.
 *
 * @param tick milliseconds since the epoch
 */
export function tickRunId(schedule: string, tick: number): string {
  const bytes = createHash('sha256').update(`bulkhead:tick:1|${schedule}|${tick}`).digest().subarray(0, 16);
  bytes.writeUIntBE(tick, 0, 6);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x70, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
