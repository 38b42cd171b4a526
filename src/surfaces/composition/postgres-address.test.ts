import { describe, expect, it } from 'vitest';
import { openDatabase } from './open-database.ts';

const open = (url: string) =>
  openDatabase({ environment: { DATABASE_URL: url }, home: '/nowhere', supervise: false, log: () => {} });

describe('DATABASE_URL', () => {
  it.each([
    'postgres://bulkhead:secret@db.example.com:5432/bulkhead',
    'postgresql://db.example.com/bulkhead?sslmode=require',
    'POSTGRES://127.0.0.1/bulkhead',
    'socket:/var/run/postgresql?db=bulkhead',
    '/var/run/postgresql bulkhead',
  ])('is taken as it is: %s', async (url) => {
    expect(await open(url)).toMatchObject({ url, adopted: false });
  });

  it.each([
    ['mysql://root:secret@x', 'begins with mysql://,'],
    ['http://x', 'begins with http://,'],
    ['root:secret@x/bulkhead', 'names no scheme,'],
  ])('of another scheme is refused by its scheme, without its password: %s', async (url, reason) => {
    const error: unknown = await open(url).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'invalid_url',
      message: `DATABASE_URL ${reason} and only PostgreSQL is known. Write it as postgres://user:password@host:5432/database, or leave it out for the embedded one.`,
    });
  });
});
