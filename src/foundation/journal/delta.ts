import type pg from 'pg';
import type { DataKey } from '../vault/index.ts';

/** Text of a model as it comes: shown live, never stored; the journal has the whole answer afterwards. */
export type Delta = {
  /** The model step that speaks. */
  key: string;
  attempt: number;
  text: string;
};

export const DELTA_CHANNEL = 'bulkhead_delta';

/** NOTIFY takes 8,000 bytes; base64 and the seal take half of them, as the text is encoded twice. */
const LARGEST_TEXT = 3_600;
const UUID_LENGTH = 36;

/** Sends text to whoever watches the run, sealed under the run's key. Lost text is no loss. */
export async function publishDelta(
  pool: pg.Pool,
  run: { id: string; tenant: string; key: DataKey },
  delta: Delta,
): Promise<void> {
  const text = Buffer.from(delta.text);
  for (let start = 0; start < text.length; start += LARGEST_TEXT) {
    // A cut inside a character is mended by the next piece: pieces are joined before they are decoded.
    const piece = text.subarray(start, start + LARGEST_TEXT).toString('base64');
    const sealed = run.key.seal(
      Buffer.from(JSON.stringify({ ...delta, text: piece })),
      deltaContext(run.tenant, run.id),
    );
    await pool.query({
      name: 'delta',
      text: 'SELECT pg_notify($1, $2)',
      values: [DELTA_CHANNEL, run.id + sealed.toString('base64')],
    });
  }
}

/** Which run a payload is for: cheap, so that a listener opens only what somebody watches. */
export function deltaRun(payload: string): string {
  return payload.slice(0, UUID_LENGTH);
}

/** Opens a payload. `text` is bytes, because a piece may end inside a character. */
export function openDelta(
  payload: string,
  run: { id: string; tenant: string; key: DataKey },
): Omit<Delta, 'text'> & { bytes: Buffer } {
  const sealed = Buffer.from(payload.slice(UUID_LENGTH), 'base64');
  const { key, attempt, text } = JSON.parse(
    run.key.open(sealed, deltaContext(run.tenant, run.id)).toString(),
  );
  return { key, attempt, bytes: Buffer.from(text, 'base64') };
}

const deltaContext = (tenant: string, run: string) => `${tenant}|delta|${run}`;
