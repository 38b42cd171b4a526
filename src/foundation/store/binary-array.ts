// The binary form of an array (PostgreSQL's array_recv): dimensions, a flag for nulls, the element's type,
// then for each dimension its length and lower bound, then each element after its length, -1 for null.
const HEADER_BYTES = 20;
const BYTEA = 17;
const TEXT = 25;

/**
 * A `bytea[]` parameter in PostgreSQL's binary form. As text each value would travel as hexadecimal digits,
 * twice as long, and be written and read digit by digit.
 *
 * @example
 * await client.query('SELECT unnest($1::bytea[])', [byteaArray([Buffer.from('a'), null])]);
 */
export function byteaArray(values: readonly (Uint8Array | null)[]): Buffer {
  return encode(BYTEA, values);
}

/** A `text[]` parameter in PostgreSQL's binary form: nothing in it has to be escaped. */
export function textArray(values: readonly (string | null)[]): Buffer {
  return encode(
    TEXT,
    values.map((value) => (value === null ? null : Buffer.from(value))),
  );
}

function encode(elementType: number, values: readonly (Uint8Array | null)[]): Buffer {
  // An empty array has no dimension at all.
  if (values.length === 0) return header(Buffer.alloc(12), 0, false, elementType);
  const bytes = values.reduce((sum, value) => sum + 4 + (value?.length ?? 0), HEADER_BYTES);
  const array = header(Buffer.allocUnsafe(bytes), 1, values.includes(null), elementType);
  array.writeInt32BE(values.length, 12);
  array.writeInt32BE(1, 16);
  let offset = HEADER_BYTES;
  for (const value of values) {
    offset = array.writeInt32BE(value?.length ?? -1, offset);
    if (value === null) continue;
    array.set(value, offset);
    offset += value.length;
  }
  return array;
}

function header(array: Buffer, dimensions: number, nulls: boolean, elementType: number): Buffer {
  array.writeInt32BE(dimensions, 0);
  array.writeInt32BE(nulls ? 1 : 0, 4);
  array.writeInt32BE(elementType, 8);
  return array;
}
