import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BulkheadError } from '../../contract/errors.ts';
import type { BundleManifest } from '../../contract/manifest.ts';
import { startProcessHost } from '../../run/code/process-host.ts';

/**
 * Loads code in a code host of its own, only to hear what it defines. Author code never runs in the
 * API's process.
 *
 * @throws BulkheadError `invalid_definition`, `no_definitions`, `code_host_died` …, as the host says it
 */
export async function describeBundle(code: Uint8Array, log: (line: string) => void): Promise<BundleManifest> {
  const folder = await mkdtemp(join(tmpdir(), 'bulkhead-describe-'));
  try {
    const bundle = join(folder, 'bundle.mjs');
    await writeFile(bundle, code, { mode: 0o600 });
    const host = await startProcessHost({
      bundle,
      log,
      networkFetch: async () => {
        throw new BulkheadError({
          code: 'network_denied',
          message: 'A project may not fetch while it is loaded.',
        });
      },
    });
    host.kill();
    return host.manifest;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
