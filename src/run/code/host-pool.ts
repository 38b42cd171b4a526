import { BulkheadError } from '../../contract/errors.ts';
import { canonicalJson } from '../../contract/json.ts';
import type { BundleManifest } from '../../contract/manifest.ts';
import type { BundleFiles } from './bundle-files.ts';
import type { CodeHost } from './code-host.ts';
import type { NetworkFetch } from './host-client.ts';
import { type ProcessHost, startProcessHost } from './process-host.ts';

/** A hold on a host: it is not stopped before every hold is released. */
export type HostLease = { readonly host: CodeHost; release(): void };

export type HostPool = {
  /** A host with this version's code; one of its own when `isolatedFor` names a run. */
  acquire(tenant: string, version: string, isolatedFor?: string): Promise<HostLease>;
  stop(): Promise<void>;
};

/** A host that nothing holds is kept for so long: starting one costs a fifth of a second. */
const IDLE = 60_000;

type Held = { host: Promise<ProcessHost>; holds: number; idle: NodeJS.Timeout | undefined };

/** One code host for each tenant and version; a run that is suspected of killing its host gets one for itself. */
export function createHostPool(options: {
  bundles: BundleFiles;
  /** What the version declared when it was deployed. */
  manifestOf: (tenant: string, version: string) => Promise<BundleManifest>;
  networkFetch: NetworkFetch;
  log: (tenant: string, version: string, line: string) => void;
  /** A host that answers no ping for so long is ended. Default 5,000 ms. */
  unresponsiveAfter?: number | undefined;
}): HostPool {
  const { networkFetch, unresponsiveAfter } = options;
  const held = new Map<string, Held>();

  const drop = (key: string, entry: Held) => {
    clearTimeout(entry.idle);
    if (held.get(key) === entry) held.delete(key);
    entry.host.then(
      (host) => host.kill(),
      () => {},
    );
  };

  const start = async (tenant: string, version: string) => {
    const bundle = await options.bundles.path(tenant, version);
    const deployed = await options.manifestOf(tenant, version);
    const log = (line: string) => options.log(tenant, version, line);
    const host = await startProcessHost({ bundle, networkFetch, log, unresponsiveAfter });
    // Code could declare one thing where it is looked at and another where it is executed.
    if (canonicalJson(host.manifest) === canonicalJson(deployed)) return host;
    host.kill();
    throw manifestChanged(version);
  };

  return {
    async acquire(tenant, version, isolatedFor) {
      const key = `${tenant}/${version}/${isolatedFor ?? ''}`;
      let entry = held.get(key);
      if (entry !== undefined) {
        const host = await entry.host.catch(() => undefined);
        if (host?.alive !== true) {
          if (held.get(key) === entry) held.delete(key);
          entry = held.get(key);
        }
      }
      if (entry === undefined) {
        entry = { host: start(tenant, version), holds: 0, idle: undefined };
        held.set(key, entry);
      }
      const mine = entry;
      mine.holds += 1;
      clearTimeout(mine.idle);
      let released = false;
      const release = () => {
        if (released) return;
        released = true;
        mine.holds -= 1;
        if (mine.holds > 0) return;
        if (isolatedFor !== undefined) return drop(key, mine);
        mine.idle = setTimeout(() => drop(key, mine), IDLE);
        mine.idle.unref();
      };
      try {
        return { host: await mine.host, release };
      } catch (error) {
        release();
        drop(key, mine);
        throw error;
      }
    },
    async stop() {
      for (const [key, entry] of held) drop(key, entry);
    },
  };
}

function manifestChanged(version: string): BulkheadError {
  return new BulkheadError({
    code: 'manifest_changed',
    message: `The code of version ${version.slice(0, 12)} declares something else than it did when it was deployed, so it is not executed. Definitions must not depend on where or when they are loaded.`,
    status: 500,
  });
}
