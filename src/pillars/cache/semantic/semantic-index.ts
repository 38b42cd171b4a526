import { createHash } from 'node:crypto';
import type { Json } from '../../../contract/json.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { plainTextOf } from '../model/reusable.ts';
import type { CacheStore } from '../store/cache-store.ts';
import { plain } from './agree.ts';
import { cosine } from './embedder.ts';
import { meaningOf } from './meaning.ts';
import type { Witness } from './witnesses.ts';

/** A question that was answered, as it is stored: its vector as 32-bit floats, little-endian, in base64. */
export type KeptQuestion = { question: string; vector: string; response: ModelResponse };

/** A question like the one that is asked. */
export type Neighbour = Witness & { key: Buffer };

type Held = Omit<Witness, 'similarity'> & { vector: Float32Array };

/** Neighbours that are told at most. */
export const NEAREST = 200;
/** Cosine below which a question has nothing to do with another. */
export const UNLIKE = 0.15;

/** Questions that are held in memory, some 5 kB each; those of scopes that were long not asked are read anew. */
const QUESTIONS_HELD = 10_000;

/**
 * Finds questions of a scope by likeness. Questions and vectors are held in memory, answers are not; which of them
 * still stand is asked each time, so that what was cleared or erased is dropped here too.
 *
 * @example
 * const nearest = await index.near('acme', scope, vector); // [{ key, question, similarity: 0.97, … }]
 */
export class SemanticIndex {
  readonly #store: Pick<CacheStore, 'readScope'>;
  readonly #scopes = new Map<string, Map<string, Held>>();

  constructor(store: Pick<CacheStore, 'readScope'>) {
    this.#store = store;
  }

  /** The nearest questions, the nearest first, and the database's time. */
  async near(
    tenant: string,
    scope: Buffer,
    vector: Float32Array,
  ): Promise<{ neighbours: Neighbour[]; askedAt: string }> {
    const name = scope.toString('hex');
    const before = this.#scopes.get(name) ?? new Map<string, Held>();
    const { entries, askedAt } = await this.#store.readScope(tenant, scope, [...before.keys()]);
    const now = new Map<string, Held>();
    const neighbours: Neighbour[] = [];
    for (const { key, run, value } of entries) {
      const held = value === undefined ? before.get(key) : toHeld(value, run);
      if (held === undefined) continue;
      now.set(key, held);
      // As exact as it is told: a likeness of 1 is one that no rounding hides.
      const similarity = Math.round(cosine(vector, held.vector) * 10_000) / 10_000;
      if (similarity < UNLIKE) continue;
      const { vector: _, ...witness } = held;
      neighbours.push({ ...witness, key: Buffer.from(key, 'hex'), similarity });
    }
    this.#hold(name, now);
    neighbours.sort((one, other) => other.similarity - one.similarity);
    return { neighbours: neighbours.slice(0, NEAREST), askedAt };
  }

  #hold(name: string, held: Map<string, Held>): void {
    this.#scopes.delete(name);
    if (held.size === 0) return;
    this.#scopes.set(name, held);
    let sum = 0;
    for (const questions of this.#scopes.values()) sum += questions.size;
    for (const [oldest, questions] of this.#scopes) {
      if (sum <= QUESTIONS_HELD || oldest === name) return;
      this.#scopes.delete(oldest);
      sum -= questions.size;
    }
  }
}

/** @example keptQuestion('Where is it?', Float32Array.of(0.6, 0.8), response) */
export function keptQuestion(question: string, vector: Float32Array, response: ModelResponse): Json {
  const { buffer, byteOffset, byteLength } = vector;
  const kept: KeptQuestion = {
    question,
    vector: Buffer.from(buffer, byteOffset, byteLength).toString('base64'),
    response,
  };
  return kept as unknown as Json;
}

function toHeld(value: Json, run: string): Held {
  const { question, vector, response } = value as unknown as KeptQuestion;
  const bytes = Uint8Array.from(Buffer.from(vector, 'base64'));
  // Answers in the same words are one answer; memory holds none of them.
  const answer = createHash('sha256')
    .update(plain(plainTextOf(response) ?? ''))
    .digest('base64');
  return { question, words: meaningOf(question), answer, run, vector: new Float32Array(bytes.buffer) };
}
