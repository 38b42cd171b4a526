import type pg from 'pg';
import type { Clock } from '../../contract/clock.ts';
import { BulkheadError } from '../../contract/errors.ts';
import { databaseUnreachable, isConnectionLost, isSerializationFailure, mayPass } from '../store/index.ts';
import { type Append, commitFrames, storedHashes } from './commit.ts';
import { encodeFrame } from './frame.ts';
import { type OpenStream, type PendingFrame, StreamWriter } from './stream-writer.ts';

/** Two: one commit waits for the disk while the next is filled. More only makes them smaller. */
const COMMITS_IN_FLIGHT = 2;
/** Frames in one commit at most: bounds the size of a statement. */
const FRAMES_IN_COMMIT = 500;
const LONGEST_PAUSE = 1_000;
/** Tries of a commit together while the database answers, but not with what it was asked: a second and a half. */
const TRIES_TOGETHER = 7;

/** Encoded once: a repeat writes the same bytes, so that a frame whose acknowledgement was lost is known again. */
type Taken = { stream: StreamWriter; frame: PendingFrame; append: Append };

/**
 * Group commit: the frames of all runs of a worker travel together, at most one frame of a run at a
 * time, up to two commits in flight. Entries that come meanwhile join their run's next frame.
 */
export class JournalWriter {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #ring: (run?: string) => void;
  readonly #ready = new Set<StreamWriter>();
  #inFlight = 0;
  #scheduled = false;
  #stopped = false;
  readonly #onAway: (reason: BulkheadError | undefined) => void;
  #isAway = false;
  /** Frames that are repeated each by itself. */
  #aside = 0;

  /**
   * @param options.onAway told once when the database takes nothing, or not what a run records, why and what to do,
   *   and, with undefined, when it does again
   * @param options.ring called after a commit that made a run ready: with a parent that was told of its child's end
   */
  constructor(options: {
    pool: pg.Pool;
    clock: Clock;
    ring?: (run?: string) => void;
    onAway?: (reason: BulkheadError | undefined) => void;
  }) {
    this.#pool = options.pool;
    this.#clock = options.clock;
    this.#ring = options.ring ?? (() => {});
    this.#onAway = options.onAway ?? (() => {});
  }

  /** Takes up a stream at its end: the next frame's number and the hash of the last one. */
  open(stream: OpenStream): StreamWriter {
    return new StreamWriter(stream, this.#clock, (writer) => this.#enqueue(writer));
  }

  /** Gives up every commit that is not yet sent; whoever waits is told that the run is lost. */
  stop(): void {
    this.#stopped = true;
    for (const stream of this.#ready) stream.lose(runLost(stream.id));
    this.#ready.clear();
  }

  #enqueue(stream: StreamWriter): void {
    if (this.#stopped) return stream.lose(runLost(stream.id));
    this.#ready.add(stream);
    if (this.#scheduled) return;
    this.#scheduled = true;
    // What the same turn of the event loop appends travels in the same commit.
    setImmediate(() => {
      this.#scheduled = false;
      this.#flush();
    });
  }

  #flush(): void {
    while (this.#inFlight < COMMITS_IN_FLIGHT && this.#ready.size > 0) {
      const batch = new Map<string, StreamWriter>();
      const [first] = this.#ready;
      for (const stream of this.#ready) {
        // Runs that are made and runs that go on are two commits, of one statement each.
        if ((stream.birth === undefined) !== (first?.birth === undefined)) continue;
        // An owner that has not let go yet may stand beside the next one of the same run: one commit could not
        // tell their frames apart.
        if (batch.has(stream.id)) continue;
        this.#ready.delete(stream);
        batch.set(stream.id, stream);
        if (batch.size === FRAMES_IN_COMMIT) break;
      }
      this.#inFlight += 1;
      void this.#commit([...batch.values()]).finally(() => {
        this.#inFlight -= 1;
        this.#flush();
      });
    }
  }

  async #commit(batch: StreamWriter[]): Promise<void> {
    // One order for all commits: two batches in opposite order would deadlock.
    batch.sort((one, other) => (one.id < other.id ? -1 : 1));
    await this.#write(batch.flatMap((stream) => encode(stream, stream.take()) ?? []));
  }

  async #write(frames: Taken[]): Promise<void> {
    if (frames.length === 0) return;
    try {
      await this.#writeTogether(frames, TRIES_TOGETHER);
    } catch (error) {
      if (!this.#stopped && mayPass(error)) {
        // What ails one frame, as a damaged table or a row that is locked, must hold up no other, nor a later commit.
        for (const taken of frames) void this.#writeAside(taken, error);
      } else if (frames.length === 1) {
        for (const taken of frames) this.#giveUp(taken, error);
      } else {
        // A frame that the database refuses must not take the others of its commit with it.
        for (const taken of frames) await this.#write([taken]);
      }
    }
  }

  /** Repeats one frame until the database takes or refuses it, beside the commits of the other runs. */
  async #writeAside(taken: Taken, reason: unknown): Promise<void> {
    this.#aside += 1;
    if (this.#aside === 1) this.#onAway(frameWaits(taken.stream.id, reason));
    try {
      await this.#writeTogether([taken], Number.POSITIVE_INFINITY);
    } catch (error) {
      this.#giveUp(taken, error);
    } finally {
      this.#aside -= 1;
      if (this.#aside === 0 && !this.#stopped) this.#onAway(undefined);
    }
  }

  #giveUp({ stream, frame }: Taken, error: unknown): void {
    stream.conflicted(frame, this.#stopped ? runLost(stream.id) : frameRefused(stream.id, error));
  }

  async #writeTogether(frames: Taken[], tries: number): Promise<void> {
    const appends = frames.map(({ append }) => append);
    const written = await this.#untilAnswered(tries, () => commitFrames(this.#pool, appends));
    const missing = appends.filter(({ row }) => !written.has(row.stream));
    const stored =
      missing.length === 0
        ? new Map<string, Buffer>()
        : await this.#untilAnswered(tries, () =>
            storedHashes(
              this.#pool,
              missing.map(({ row }) => row),
            ),
          );
    for (const { stream, frame, append } of frames) {
      const { row } = append;
      // The same hash means mine, after an acknowledgement that was lost.
      const mine = written.has(row.stream) || stored.get(row.stream)?.equals(row.hash) === true;
      const status = written.get(row.stream);
      if (mine) stream.written(frame, row.hash, status);
      else stream.conflicted(frame, runLost(row.stream));
      const goesOn = status !== undefined && frame.settlement?.continuedAs !== undefined;
      if (status === 'queued' || goesOn) this.#ring();
      // Of a settled run that does not wait: it ended, and its parent was told.
      else if (status !== undefined && status !== 'waiting' && stream.parent !== undefined)
        this.#ring(stream.parent);
    }
  }

  /**
   * Repeats until the database answers: the rows are the same each time, so a repeat cannot double them. While it is
   * away, for ever; what it answers with another failure, `tries` times.
   */
  async #untilAnswered<Result>(tries: number, attempt: () => Promise<Result>): Promise<Result> {
    let failures = 0;
    for (let pause = 20; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
      try {
        const result = await attempt();
        if (this.#isAway) this.#onAway(undefined);
        this.#isAway = false;
        return result;
      } catch (error) {
        if (this.#stopped || !mayPass(error)) throw error;
        const isAway = isConnectionLost(error);
        const isOrdinary = isSerializationFailure(error);
        if (!isAway && !isOrdinary) failures += 1;
        if (failures >= tries) throw error;
        if (isAway && !this.#isAway) {
          this.#isAway = true;
          this.#onAway(databaseUnreachable(error));
        }
        await this.#clock.sleep(isOrdinary ? 5 : pause);
      }
    }
  }
}

/** Undefined for what cannot be written down: then its run is told. */
function encode(stream: StreamWriter, frame: PendingFrame): Taken | undefined {
  try {
    const append: Append = {
      row: encodeFrame(stream.stream, stream.position, frame.entries),
      ...(frame.settlement === undefined ? {} : { settlement: frame.settlement }),
      ...(stream.parent === undefined ? {} : { parent: stream.parent }),
      ...(stream.birth === undefined ? {} : { birth: stream.birth }),
    };
    return { stream, frame, append };
  } catch (error) {
    stream.conflicted(frame, frameRefused(stream.id, error));
    return undefined;
  }
}

/** Another owner has written where this one wanted to: whatever this worker still does for the run is void. */
export function runLost(run: string): BulkheadError {
  return new BulkheadError({
    code: 'run_lost',
    message: `Run ${run} belongs to another worker now; this one stops working on it.`,
    retryable: true,
  });
}

/** The database will not have this frame, whoever writes it: what the run wants to record cannot be stored. */
function frameRefused(run: string, cause: unknown): BulkheadError {
  return new BulkheadError({
    code: 'frame_refused',
    message: `The database refuses what run ${run} wants to record (${cause instanceof Error ? cause.message : String(cause)}). Look for control characters, and for values that are far too large, in what the run's code names, returns or throws.`,
    status: 500,
    cause,
  });
}

/** The database will have it once something is mended there; until then the run stands still. */
function frameWaits(run: string, cause: unknown): BulkheadError {
  return new BulkheadError({
    code: 'frame_waits',
    message: `What run ${run} wants to record is not taken, and tried again each second. ${databaseUnreachable(cause).message}`,
    retryable: true,
    cause,
  });
}
