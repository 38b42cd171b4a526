import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Json } from '../../contract/json.ts';
import type { BundleManifest } from '../../contract/manifest.ts';
import { createHostPool, type HostLease, type HostPool } from './host-pool.ts';
import { startProcessHost } from './process-host.ts';
import { type WrittenBundle, writeBundle } from './testing/write-bundle.ts';

const PROJECT = `
import { tool, workflow } from 'bulkhead';
const read = { inputSchema: { type: 'object' }, effect: 'read' };
export const main = workflow({
  name: 'main',
  inputSchema: { type: 'object' },
  tools: {
    pid: tool({ ...read, description: 'Tells its process', execute: () => process.pid }),
    exit: tool({ ...read, description: 'Exits', execute: () => process.exit(1) }),
    print: tool({ ...read, description: 'Prints', execute: () => console.log('hello') }),
  },
  run: async () => 1,
});
`;

let bundle: WrittenBundle;
let pool: HostPool;
const logged: string[] = [];
const files = { failures: 0, asked: 0 };
let deployed: BundleManifest;
beforeAll(async () => {
  bundle = await writeBundle(PROJECT);
  const networkFetch = () => Promise.reject(new Error('Nothing is to be fetched.'));
  const host = await startProcessHost({ bundle: bundle.path, networkFetch, log: () => {} });
  deployed = host.manifest;
  host.kill();
});
afterAll(() => bundle.remove());
afterEach(() => pool.stop());

function open(manifest = deployed): HostPool {
  pool = createHostPool({
    bundles: {
      async path() {
        files.asked += 1;
        if (files.failures > 0) {
          files.failures -= 1;
          throw new Error('The database is away.');
        }
        return bundle.path;
      },
    },
    manifestOf: async () => manifest,
    networkFetch: () => Promise.reject(new Error('Nothing is to be fetched.')),
    log: (tenant, version, line) => logged.push(`${tenant} ${version} ${line}`),
  });
  return pool;
}

const ask = ({ host }: HostLease, tool: string): Promise<Json> =>
  host.invoke(
    {
      definition: 'main',
      tool,
      input: {},
      idempotencyKey: 'k',
      toolCallId: 'c',
      run: { id: 'r', tenant: 'acme', agent: 'main' },
      network: [],
    },
    new AbortController().signal,
  );
const pidOf = (lease: HostLease) => ask(lease, 'pid') as Promise<number>;

const isAlive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('a host pool', () => {
  it('shares one host among the runs of a tenant and version, and with nobody else', async () => {
    const { acquire } = open();
    const [first, second, otherTenant, otherVersion] = await Promise.all([
      acquire('acme', 'v1'),
      acquire('acme', 'v1'),
      acquire('globex', 'v1'),
      acquire('acme', 'v2'),
    ]);
    expect(second.host).toBe(first.host);
    const pids = await Promise.all([first, otherTenant, otherVersion].map(pidOf));
    expect(new Set(pids).size).toBe(3);
    expect(pids).not.toContain(process.pid);
  });

  it('keeps a host that nobody holds, for the next run', async () => {
    const { acquire } = open();
    const first = await acquire('acme', 'v1');
    const pid = await pidOf(first);
    first.release();
    first.release();
    expect(await pidOf(await acquire('acme', 'v1'))).toBe(pid);
  });

  it('gives a suspected run a host of its own, which ends with it', async () => {
    const { acquire } = open();
    const [shared, alone] = await Promise.all([acquire('acme', 'v1'), acquire('acme', 'v1', 'run-1')]);
    const [sharedPid, alonePid] = await Promise.all([pidOf(shared), pidOf(alone)]);
    expect(alonePid).not.toBe(sharedPid);
    alone.release();
    await expect.poll(() => isAlive(alonePid)).toBe(false);
    expect(isAlive(sharedPid)).toBe(true);
  });

  it('starts another host in the place of one that died', async () => {
    const { acquire } = open();
    const first = await acquire('acme', 'v1');
    const pid = await pidOf(first);
    await expect(ask(first, 'exit')).rejects.toMatchObject({ code: 'code_host_died' });
    const [second, third] = await Promise.all([acquire('acme', 'v1'), acquire('acme', 'v1')]);
    expect(second.host).toBe(third.host);
    const next = await pidOf(second);
    expect(next).not.toBe(pid);
    // The last to let the dead host go does not take the living one along.
    first.release();
    expect(await pidOf(await acquire('acme', 'v1'))).toBe(next);
  });

  it('asks again for a host that could not be started', async () => {
    const { acquire } = open();
    files.failures = 1;
    await expect(acquire('acme', 'v1')).rejects.toThrow('away');
    expect(await pidOf(await acquire('acme', 'v1'))).toBeGreaterThan(0);
  });

  it('does not execute code that declares something else than when it was deployed', async () => {
    const [main] = deployed.definitions;
    if (main === undefined) throw new Error('the project defines one workflow');
    const { acquire } = open({ ...deployed, definitions: [{ ...main, effects: ['execute'] }] });
    await expect(acquire('acme', 'v1')).rejects.toMatchObject({ code: 'manifest_changed' });
  });

  it('says whose code printed what', async () => {
    const { acquire } = open();
    await ask(await acquire('acme', 'v1'), 'print');
    await expect.poll(() => logged).toContain('acme v1 hello');
  });

  it('ends all hosts when it stops', async () => {
    const { acquire, stop } = open();
    const pids = await Promise.all(
      [acquire('acme', 'v1'), acquire('acme', 'v1', 'run-1')].map(async (lease) => pidOf(await lease)),
    );
    await stop();
    await expect.poll(() => pids.some(isAlive)).toBe(false);
  });
});
