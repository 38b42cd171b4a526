import type { ApiClient, Bundle } from './client/index.ts';

/**
 * Builds a project and deploys it.
 *
 * @returns `created` is false when this very code was there already
 * @throws BulkheadError `no_entry`, `bundle_failed`, `invalid_definition`, and what the API may answer
 */
export async function deployFolder(
  client: ApiClient,
  folder: string,
): Promise<Bundle & { created: boolean }> {
  // The bundler takes its time to load, and no other command needs it.
  const { buildBundle } = await import('../../run/bundle/build-bundle.ts');
  const { code } = await buildBundle(folder);
  return client.deployBundle(code);
}
