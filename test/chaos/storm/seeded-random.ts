/**
 * Mulberry32: small, and the same on every machine.
 *
 * @returns a source of numbers in [0, 1)
 * @example
 * seededRandom(7)() === seededRandom(7)(); // true
 */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
