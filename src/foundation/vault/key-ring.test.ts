import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { KeyRing, type WrappedKeys } from './key-ring.ts';

/** Wrapped keys in memory; counts how often they are read. */
class Shelf implements WrappedKeys {
  readonly tenants = new Map<string, Buffer>();
  readonly streams = new Map<string, Buffer>();
  reads = 0;
  away = false;

  async ofTenant(tenant: string): Promise<Buffer | undefined> {
    this.#read();
    return this.tenants.get(tenant);
  }

  async ofStream(tenant: string, stream: string): Promise<Buffer | undefined> {
    this.#read();
    return this.streams.get(`${tenant}/${stream}`);
  }

  #read(): void {
    if (this.away) throw new Error('the database is away');
    this.reads += 1;
  }
}

const masterKey = randomBytes(32);
const text = Buffer.from('hello');
let shelf: Shelf;
let ring: KeyRing;
beforeEach(() => {
  shelf = new Shelf();
  ring = new KeyRing(masterKey, shelf);
  for (const tenant of ['acme', 'other']) shelf.tenants.set(tenant, ring.newTenantKey(tenant));
});

/** Makes a stream's key and stores it. */
async function newStream(tenant: string, stream: string) {
  const { key, wrapped } = await ring.newDataKey(tenant, stream);
  shelf.streams.set(`${tenant}/${stream}`, wrapped);
  return key;
}

describe('a key ring', () => {
  it('finds the key of a stream again, in another process too', async () => {
    const sealed = (await newStream('acme', 's1')).seal(text, 'here');
    const elsewhere = new KeyRing(masterKey, shelf);
    for (const keys of [ring, elsewhere]) {
      expect((await keys.dataKey('acme', 's1')).open(sealed, 'here')).toEqual(text);
    }
  });

  it('reads a key once', async () => {
    await newStream('acme', 's1');
    const elsewhere = new KeyRing(masterKey, shelf);
    shelf.reads = 0;
    for (let time = 0; time < 5; time += 1) await elsewhere.dataKey('acme', 's1');
    expect(shelf.reads, 'one for the tenant, one for the stream').toBe(2);
  });

  it('reads no key that it was told to keep, and gives a new one to nobody before that', async () => {
    const { key } = await ring.newDataKey('acme', 's1');
    await expect(ring.dataKey('acme', 's1')).rejects.toMatchObject({ code: 'key_destroyed' });
    ring.keep('acme', 's1', key);
    expect(await ring.dataKey('acme', 's1')).toBe(key);
  });

  it('unwraps what a caller has read already', async () => {
    const sealed = (await newStream('acme', 's1')).seal(text, 'here');
    const wrapped = shelf.streams.get('acme/s1') ?? Buffer.alloc(0);
    expect((await new KeyRing(masterKey, shelf).unwrap('acme', 's1', wrapped)).open(sealed, 'here')).toEqual(
      text,
    );
  });

  it('gives no tenant the key of another’s stream, also when it holds that key', async () => {
    await newStream('acme', 's1');
    await ring.dataKey('acme', 's1');
    await expect(ring.dataKey('other', 's1')).rejects.toMatchObject({ code: 'key_destroyed' });
    shelf.streams.set('other/s1', shelf.streams.get('acme/s1') ?? Buffer.alloc(0));
    await expect(ring.dataKey('other', 's1')).rejects.toMatchObject({ code: 'seal_broken' });
  });

  it('is of no use under another master key', async () => {
    await newStream('acme', 's1');
    const stranger = new KeyRing(randomBytes(32), shelf);
    await expect(stranger.dataKey('acme', 's1')).rejects.toMatchObject({ code: 'seal_broken' });
  });

  it('cannot read a stream any more whose key was destroyed, and says why', async () => {
    await expect(ring.dataKey('acme', 'erased')).rejects.toMatchObject({
      code: 'key_destroyed',
      status: 410,
      message: expect.stringContaining('erased'),
    });
  });

  it('does not know a tenant that is not there', async () => {
    await expect(ring.newDataKey('nobody', 's1')).rejects.toMatchObject({
      code: 'unknown_tenant',
      status: 404,
    });
  });

  it('remembers no failure: when the database is back, so is the key', async () => {
    await newStream('acme', 's1');
    const fresh = new KeyRing(masterKey, shelf);
    shelf.away = true;
    await expect(fresh.dataKey('acme', 's1')).rejects.toThrow('the database is away');
    shelf.away = false;
    await expect(fresh.dataKey('acme', 's1')).resolves.toBeDefined();
  });

  it('holds 10,000 streams at most, and reads the oldest again', async () => {
    const oldest = await newStream('acme', 'oldest');
    ring.keep('acme', 'oldest', oldest);
    for (let index = 0; index < 10_000; index += 1) ring.keep('acme', `s${index}`, oldest);
    shelf.reads = 0;
    await ring.dataKey('acme', 's9999');
    expect(shelf.reads).toBe(0);
    await ring.dataKey('acme', 'oldest');
    expect(shelf.reads).toBe(1);
  });
});
