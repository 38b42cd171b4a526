/** Shannon entropy of the characters of a text, in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/**
 * True for what a machine made up: letters and digits mixed, without spaces, no UUID. Sixteen random hex
 * digits have 3 bits a character and more; words and dates of that length, with separators, stay below or
 * lack one of the two.
 */
export function looksRandom(value: string, least = 16): boolean {
  return (
    value.length >= least &&
    !/\s/.test(value) &&
    /\d/.test(value) &&
    /[A-Za-z]/.test(value) &&
    !UUID.test(value) &&
    entropy(value) >= 3
  );
}
