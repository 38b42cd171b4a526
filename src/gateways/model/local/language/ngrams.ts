/** The character trigrams of a text, padded by a space on both sides so that word edges count. */
export function trigramsOf(text: string): Map<string, number> {
  const padded = ` ${text.trim().replace(/\s+/g, ' ')} `;
  const counts = new Map<string, number>();
  for (let at = 0; at + 3 <= padded.length; at += 1) {
    const gram = padded.slice(at, at + 3);
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

/**
 * Dice coefficient of two trigram sets: 2·|A ∩ B| / (|A| + |B|), 0 to 1 (Dice, 1945).
 *
 * @example
 * dice(trigramsOf('invoice'), trigramsOf('invoise')); // 0.57…
 */
export function dice(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  if (one.size + other.size === 0) return 0;
  let common = 0;
  for (const gram of one.keys()) if (other.has(gram)) common += 1;
  return (2 * common) / (one.size + other.size);
}

/** Cosine of two weighted bags, 0 to 1 for weights that are not negative. */
export function cosine(one: ReadonlyMap<string, number>, other: ReadonlyMap<string, number>): number {
  let product = 0;
  for (const [key, weight] of one) product += weight * (other.get(key) ?? 0);
  if (product === 0) return 0;
  const norm = (bag: ReadonlyMap<string, number>) => Math.hypot(...bag.values());
  return product / (norm(one) * norm(other));
}
