/** Counts a text's tokens. */
export type CountTokens = (text: string) => Promise<number>;

/** Of what is kept, this part is the beginning: it says what the text is. */
const HEAD = 0.7;

/** A cut that came out too long is made again, shorter. */
const TRIES = 8;

/**
 * The beginning and the end of a text, and between them how much was left out.
 *
 * @param tokens of the whole text
 * @param maxTokens of the result
 * @example
 * await cutMiddle(log, 20_000, 500, count); // 'Started …\n[… about 19500 of 20000 tokens left out …]\n… done.'
 */
export async function cutMiddle(
  text: string,
  tokens: number,
  maxTokens: number,
  count: CountTokens,
): Promise<string> {
  const gap = `[… about ${tokens - maxTokens} of ${tokens} tokens left out …]`;
  let share = maxTokens / tokens;
  for (let round = 0; round < TRIES; round += 1) {
    const cut = headAndTail(text, Math.floor(text.length * share), gap);
    const size = await count(cut);
    if (size <= maxTokens) return cut;
    share *= 0.9 * (maxTokens / size);
  }
  return gap;
}

/** At most so many characters of a text, its beginning and its end, around what stands for the rest. */
export function headAndTail(text: string, characters: number, gap: string): string {
  if (text.length <= characters) return text;
  const head = Math.ceil(characters * HEAD);
  // A cut may part the halves of a character; what is left of one is replaced.
  const start = text.slice(0, head).toWellFormed();
  const end = text.slice(text.length - (characters - head)).toWellFormed();
  return `${start}\n${gap}\n${end}`;
}
