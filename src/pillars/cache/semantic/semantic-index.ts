import type { Json } from '../../../contract/json.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import type { CacheStore } from '../store/cache-store.ts';
import { cosine } from './embedder.ts';

/** A question that was answered, as it is stored: its vector as 32-bit floats, little-endian, in base64. */
export type KeptQuestion = { question: string; vector: string; response: ModelResponse };

/** A question like the one that is asked. */
export type Neighbour = { key: Buffer; question: string; similarity: number };

type Held = { question: string; vector: Float32Array };

/** Questions that are held in memory, some 5 kB each; those of scopes that were long not asked are read anew. */
const QUESTIONS_HELD = 10_000;

/**
 * Finds questions of a scope by likeness. Questions and vectors are held in memory, answers are not; which of them
 * still stand is asked each time, so that what was cleared or erased is dropped here too.
 *
 * @example
 * const nearest = await index.near('acme', scope, vector, 0.9); // [{ key, question, similarity: 0.97 }]
 */
export class SemanticIndex {
  readonly #store: Pick<CacheStore, 'readScope'>;
  readonly #scopes = new Map<string, Map<string, Held>>();

  constructor(store: Pick<CacheStore, 'readScope'>) {
    this.#store = store;
  }

  /** Neighbours of at least this likeness, the nearest first, and the database's time. */
  async near(
    tenant: string,
    scope: Buffer,
    vector: Float32Array,
    least: number,
  ): Promise<{ neighbours: Neighbour[]; askedAt: string }> {
    const name = scope.toString('hex');
    const before = this.#scopes.get(name) ?? new Map<string, Held>();
    const { entries, askedAt } = await this.#store.readScope(tenant, scope, [...before.keys()]);
    const now = new Map<string, Held>();
    const neighbours: Neighbour[] = [];
    for (const { key, value } of entries) {
      const held = value === undefined ? before.get(key) : toHeld(value);
      if (held === undefined) continue;
      now.set(key, held);
      // As exact as it is told: a likeness of 1 is one that no rounding hides.
      const similarity = Math.round(cosine(vector, held.vector) * 10_000) / 10_000;
      if (similarity >= least)
        neighbours.push({ key: Buffer.from(key, 'hex'), question: held.question, similarity });
    }
    this.#hold(name, now);
    neighbours.sort((one, other) => other.similarity - one.similarity);
    return { neighbours, askedAt };
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

function toHeld(value: Json): Held {
  const { question, vector } = value as unknown as KeptQuestion;
  const bytes = Uint8Array.from(Buffer.from(vector, 'base64'));
  return { question, vector: new Float32Array(bytes.buffer) };
}
