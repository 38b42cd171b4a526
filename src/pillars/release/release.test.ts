import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../../test/database/index.ts';
import { DEFAULT_BUDGET } from '../../contract/budget.ts';
import type { BundleManifest } from '../../contract/manifest.ts';
import { decodeFrame, readFrom, type Stream } from '../../foundation/journal/index.ts';
import { inTenant, openStore, type Store } from '../../foundation/store/index.ts';
import { dataKeyFrom } from '../../foundation/vault/index.ts';
import { findDeployment, listDeployments } from './deployments.ts';
import { clearKillSwitch, listKillSwitches, setKillSwitch } from './kill-switches.ts';
import { loadBundle } from './load-bundle.ts';
import { registerBundle } from './register-bundle.ts';

let database: TestDatabase;
let api: Store;
let worker: Store;
let owner: pg.Pool;
beforeAll(async () => {
  database = await createTestDatabase();
  api = openStore({ url: database.url, role: 'bulkhead_api' });
  worker = openStore({ url: database.url, role: 'bulkhead_worker' });
  owner = new pg.Pool({ connectionString: database.url });
  // Dropping the database may cut a connection that is just closing.
  owner.on('error', () => undefined);
});
afterAll(async () => {
  await Promise.all([api.close(), worker.close(), owner.end()]);
  await database.drop();
});

let tenants = 0;
let stream: Stream;
beforeEach(async () => {
  tenants += 1;
  stream = {
    class: 'permanent',
    id: crypto.randomUUID(),
    tenant: `tenant-${tenants}`,
    key: dataKeyFrom(randomBytes(32)),
  };
  await owner.query('INSERT INTO tenant (id, name, stream, wrapped_key) VALUES ($1, $1, $2, $3)', [
    stream.tenant,
    stream.id,
    Buffer.alloc(1),
  ]);
});

function manifestOf(...names: string[]): BundleManifest {
  return {
    format: 1,
    definitions: names.map((name) => ({
      kind: 'agent',
      name,
      hash: '0'.repeat(64),
      model: null,
      effects: ['read'],
      tools: [],
      toolApproval: {},
      budget: DEFAULT_BUDGET,
    })),
  };
}

const deploy = (code: string, ...names: string[]) =>
  inTenant(api, stream.tenant, (client) =>
    registerBundle(client, {
      stream,
      principal: 'key-1',
      code: Buffer.from(code),
      manifest: manifestOf(...names),
      now: 7,
    }),
  );
const deployed = async () =>
  (await inTenant(api, stream.tenant, listDeployments)).map(({ version, definition }) => [
    definition.name,
    version.slice(0, 4),
  ]);
const recorded = async () =>
  (await readFrom(owner, stream.class, stream.id, 0)).flatMap((frame) =>
    decodeFrame(frame, stream.key).map(({ meta }) => meta),
  );

describe('a bundle', () => {
  it('is named by its code, and what it defines is deployed', async () => {
    const { version, created } = await deploy('one', 'support', 'billing');
    // SHA-256 of "one".
    expect(version).toBe('7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed');
    expect(created).toBe(true);
    expect(await deployed()).toEqual([
      ['billing', '7692'],
      ['support', '7692'],
    ]);
    expect(await recorded()).toEqual([
      { kind: 'bundle.deployed', at: 7, version, principal: 'key-1', names: ['billing', 'support'] },
    ]);
  });

  it('changes and records nothing when it is live already', async () => {
    await deploy('one', 'support');
    const again = await deploy('one', 'support');
    expect(again.created).toBe(false);
    expect(await recorded()).toHaveLength(1);
  });

  it('takes over the names that it defines and leaves the others', async () => {
    await deploy('one', 'support', 'billing');
    await deploy('two', 'support');
    expect(await deployed()).toEqual([
      ['billing', '7692'],
      ['support', '3fc4'],
    ]);
  });

  it('can be rolled back to by deploying it again', async () => {
    await deploy('one', 'support');
    await deploy('two', 'support');
    expect((await deploy('one', 'support')).created).toBe(false);
    expect(await deployed()).toEqual([['support', '7692']]);
    expect((await recorded()).map((meta) => meta.kind)).toEqual(Array(3).fill('bundle.deployed'));
  });

  it('is there as a whole or not at all', async () => {
    const attempt = inTenant(api, stream.tenant, async (client) => {
      await registerBundle(client, {
        stream,
        principal: 'key-1',
        code: Buffer.from('one'),
        manifest: manifestOf('support'),
        now: 0,
      });
      throw new Error('the caller’s transaction fails');
    });
    await expect(attempt).rejects.toThrow('fails');
    expect(await deployed()).toEqual([]);
    expect(await recorded()).toEqual([]);
  });

  it('is loaded by workers as it was sent', async () => {
    const { version } = await deploy('export const x = 1;', 'support');
    expect((await loadBundle(worker.pool, stream.tenant, version)).toString()).toBe('export const x = 1;');
    await expect(loadBundle(worker.pool, 'other', version)).rejects.toMatchObject({
      code: 'unknown_version',
      message: expect.stringContaining(version),
    });
  });
});

describe('a deployment', () => {
  const find = (name: string) => inTenant(api, stream.tenant, (client) => findDeployment(client, name));

  it('is found by its name, with its definition', async () => {
    const { version } = await deploy('one', 'support');
    expect(await find('support')).toMatchObject({ version, kind: 'agent', definition: { name: 'support' } });
  });

  it('that is not there is refused with what is, the most alike first', async () => {
    await deploy('one', 'billing', 'refunds', 'support');
    await expect(find('suport')).rejects.toMatchObject({
      code: 'unknown_agent',
      status: 404,
      message: expect.stringContaining('Deployed are: support, '),
      details: { agent: 'suport', deployed: ['support', expect.any(String), expect.any(String)] },
    });
  });

  it('of many names some, and where the rest is', async () => {
    await deploy('one', ...Array.from({ length: 12 }, (_, number) => `agent-${number}`));
    await expect(find('x')).rejects.toThrow('and 2 more (GET /v1/agents)');
  });

  it('of nothing is explained too', async () => {
    await expect(find('support')).rejects.toThrow('nothing is deployed yet');
  });

  it('of another tenant is not seen', async () => {
    await deploy('one', 'support');
    const attempt = inTenant(api, 'tenant-0', (client) => findDeployment(client, 'support'));
    await expect(attempt).rejects.toThrow('nothing is deployed yet');
  });
});

describe('a kill switch', () => {
  const set = (target: string, reason: string) =>
    inTenant(api, stream.tenant, (client) =>
      setKillSwitch(client, { stream, target, reason, principal: 'key-1', now: 9 }),
    );
  const list = () => inTenant(api, stream.tenant, listKillSwitches);

  it('is set, listed, recorded and cleared', async () => {
    const { id } = await set('tool:refund', 'double refunds');
    expect(await list()).toMatchObject([
      { id, target: 'tool:refund', reason: 'double refunds', setBy: 'key-1' },
    ]);
    await inTenant(api, stream.tenant, (client) =>
      clearKillSwitch(client, { stream, id, principal: 'key-2', now: 10 }),
    );
    expect(await list()).toEqual([]);
    expect(await recorded()).toEqual([
      { kind: 'kill-switch.set', at: 9, target: 'tool:refund', principal: 'key-1' },
      { kind: 'kill-switch.cleared', at: 10, target: 'tool:refund', principal: 'key-2' },
    ]);
  });

  it('stays as it is when it is set again for the same reason, and is replaced for another', async () => {
    const first = await set('*', 'incident 1');
    expect(await set('*', 'incident 1')).toEqual(first);
    expect(await set('*', 'incident 2')).toMatchObject({ reason: 'incident 2' });
    expect(await list()).toHaveLength(1);
    expect(await recorded()).toHaveLength(2);
  });

  it('is set once by many at the same time', async () => {
    const made = await Promise.all(Array.from({ length: 5 }, () => set('agent:support', 'wrong answers')));
    expect(new Set(made.map(({ id }) => id)).size).toBe(1);
    expect(await recorded()).toHaveLength(1);
  });

  it('that is not there cannot be cleared', async () => {
    const attempt = inTenant(api, stream.tenant, (client) =>
      clearKillSwitch(client, { stream, id: crypto.randomUUID(), principal: 'key-1', now: 0 }),
    );
    await expect(attempt).rejects.toMatchObject({ code: 'unknown_kill_switch', status: 404 });
  });
});
