import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database/index.ts';
import { byteaArray, textArray } from './binary-array.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  client = new pg.Client(database.url);
  await client.connect();
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});

async function readBack(type: 'bytea' | 'text', array: Buffer): Promise<unknown[]> {
  const { rows } = await client.query(
    `SELECT value FROM unnest($1::${type}[]) WITH ORDINALITY AS given(value, place) ORDER BY place`,
    [array],
  );
  return rows.map(({ value }) => value);
}

describe('an array in PostgreSQL’s binary form', () => {
  it.each([
    [[]],
    [[null]],
    [[Buffer.alloc(0)]],
    [[Buffer.from([0, 255, 92]), null, Buffer.alloc(100_000, 7)]],
  ])('of bytes is read back as it was', async (values) => {
    expect(await readBack('bytea', byteaArray(values))).toEqual(values);
  });

  it.each([[[]], [[null, '']], [['NULL', '{"a":"\\\\"}', 'ñandú 🦤', ',', '"', '\n']]])(
    'of text is read back as it was: %j',
    async (values) => {
      expect(await readBack('text', textArray(values))).toEqual(values);
    },
  );

  it('takes views of larger buffers', async () => {
    const view = new Uint8Array(Buffer.from('abcdef')).subarray(2, 4);
    expect(await readBack('bytea', byteaArray([view]))).toEqual([Buffer.from('cd')]);
  });
});
