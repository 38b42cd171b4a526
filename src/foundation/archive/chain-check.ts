import { GENESIS, hashFrame } from '../journal/index.ts';
import { archiveBroken, chainBroken } from './archive-failure.ts';
import type { ArchivedRow } from './format.ts';

/**
 * Hashes frame after frame again and checks that each follows from the one before it, in the memory of one
 * frame: frames come by stream, and by number within a stream.
 *
 * @example
 * const check = new ChainCheck();
 * for (const row of frames) check.add(row);
 */
export class ChainCheck {
  /** The highest epoch of any owner so far. */
  highestEpoch = 0n;
  #stream = '';
  #next = 0;
  #previous = GENESIS;

  /** @throws BulkheadError `journal_broken`, naming stream and frame; `archive_broken` */
  add(row: ArchivedRow): void {
    const frame = frameOf(row);
    const name = `${frame.class}/${frame.stream}`;
    if (name !== this.#stream) {
      this.#stream = name;
      this.#next = 0;
      this.#previous = GENESIS;
    }
    const follows = frame.frame === this.#next && frame.previous.equals(this.#previous);
    if (!follows || !hashFrame(frame).equals(frame.hash)) throw chainBroken(frame.stream, this.#next);
    this.#next += 1;
    this.#previous = frame.hash;
    const epoch = BigInt(frame.epoch);
    if (epoch > this.highestEpoch) this.highestEpoch = epoch;
  }
}

function frameOf(row: ArchivedRow) {
  const text = (column: string): string => {
    const value = row[column];
    if (typeof value !== 'string') throw archiveBroken(`a frame has no ${column}`);
    return value;
  };
  const bodies = row.bodies ?? null;
  return {
    class: text('class'),
    stream: text('stream'),
    frame: Number(text('frame')),
    tenant: text('tenant'),
    epoch: Number(text('epoch')),
    previous: Buffer.from(text('previous'), 'base64'),
    hash: Buffer.from(text('hash'), 'base64'),
    meta: text('meta'),
    bodies: bodies === null ? null : Buffer.from(bodies, 'base64'),
  };
}
