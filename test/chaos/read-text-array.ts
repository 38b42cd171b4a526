/** Dimensions, a flag for nulls and the element's type; then the length and lower bound of the one dimension. */
const HEADER_BYTES = 20;

/**
 * The values of a `text[]` parameter in PostgreSQL's binary form, as `textArray` makes it.
 *
 * @example
 * readTextArray(textArray(['a', null])); // ['a', null]
 */
export function readTextArray(array: Buffer): (string | null)[] {
  const dimensions = array.readInt32BE(0);
  if (dimensions === 0) return [];
  const values: (string | null)[] = [];
  let offset = HEADER_BYTES;
  for (let left = array.readInt32BE(12); left > 0; left -= 1) {
    const length = array.readInt32BE(offset);
    offset += 4;
    values.push(length < 0 ? null : array.toString('utf8', offset, offset + length));
    offset += Math.max(0, length);
  }
  return values;
}
