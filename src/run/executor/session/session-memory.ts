import { Bm25Index } from '../../../pillars/retrieval/index.ts';
import type { Summary, Turn } from './turn.ts';

/** Characters of a turn by which it is found again. */
const INDEXED = 10_000;

/** What a worker has read of one session. Runs that ended do not change. */
export class SessionMemory {
  /** By the run that answered; undefined for one whose content cannot be read. */
  readonly turns = new Map<string, Turn | undefined>();
  /** By the run that made them. */
  readonly summaries = new Map<string, Summary>();
  readonly index = new Bm25Index();
  characters = 0;

  add(run: string, turn: Turn | undefined, summary: Summary | undefined): void {
    if (this.turns.has(run)) return;
    this.turns.set(run, turn);
    if (summary !== undefined) this.summaries.set(run, summary);
    if (turn === undefined) return;
    const text = `${turn.asked}\n${turn.answered}`;
    this.characters += text.length;
    this.index.add(run, text.slice(0, INDEXED));
  }
}

/**
 * Sessions that this worker has read, so that a conversation is not opened anew at each of its turns. Content that
 * was unsealed stands in here: who reads it looks first at which keys are still there.
 *
 * @param most characters over all sessions, some 45 MB as they are kept; those used longest ago go
 */
export class SessionMemories {
  readonly #most: number;
  readonly #sessions = new Map<string, SessionMemory>();

  constructor(most = 16_000_000) {
    this.#most = most;
  }

  of(tenant: string, session: string): SessionMemory {
    const key = keyOf(tenant, session);
    const memory = this.#sessions.get(key) ?? new SessionMemory();
    this.#sessions.delete(key);
    this.#sessions.set(key, memory);
    return memory;
  }

  /** Forgets one session, so that it is read anew. */
  forget(tenant: string, session: string): void {
    this.#sessions.delete(keyOf(tenant, session));
  }

  /** Forgets sessions until the rest is within its bound. */
  shrink(): void {
    let characters = 0;
    for (const memory of this.#sessions.values()) characters += memory.characters;
    for (const [key, memory] of this.#sessions) {
      if (characters <= this.#most) return;
      this.#sessions.delete(key);
      characters -= memory.characters;
    }
  }

  get size(): number {
    return this.#sessions.size;
  }
}

function keyOf(tenant: string, session: string): string {
  return JSON.stringify([tenant, session]);
}
