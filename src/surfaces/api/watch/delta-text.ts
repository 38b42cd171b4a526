import type { Delta } from '../../../foundation/journal/index.ts';

/** Steps of one run that speak at the same time; the text of more loses a character at worst. */
const STEPS_HELD = 64;

/** Joins the pieces of a model's text: a piece may end inside a character. */
export class DeltaText {
  readonly #decoders = new Map<string, InstanceType<typeof TextDecoder>>();

  decode({ key, attempt, bytes }: { key: string; attempt: number; bytes: Uint8Array }): Delta {
    const step = `${attempt} ${key}`;
    let decoder = this.#decoders.get(step);
    if (decoder === undefined) {
      const [oldest] = this.#decoders.keys();
      if (this.#decoders.size >= STEPS_HELD && oldest !== undefined) this.#decoders.delete(oldest);
      decoder = new TextDecoder();
      this.#decoders.set(step, decoder);
    }
    return { key, attempt, text: decoder.decode(bytes, { stream: true }) };
  }
}
