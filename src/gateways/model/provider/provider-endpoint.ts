import { BulkheadError } from '../../../contract/errors.ts';
import { type Environment, providerAccess } from './provider-access.ts';
import { providers } from './providers.ts';

/** Where a provider's own interface is, and the headers that open it. */
export type ProviderEndpoint = { baseURL: string; headers: Readonly<Record<string, string>> };

/** How a provider is handed its key: https://docs.anthropic.com/en/api/overview, https://ai.google.dev/api. */
const KEY_HEADERS: Readonly<Record<string, string>> = { anthropic: 'x-api-key', google: 'x-goog-api-key' };

/**
 * For whoever speaks a provider's own interface.
 *
 * @example
 * providerEndpoint('openai', process.env); // { baseURL: 'https://api.openai.com/v1', headers: { authorization: 'Bearer …' } }
 * @throws BulkheadError `unknown_provider`, `missing_key`, `missing_base_url` or `invalid_base_url`
 */
export function providerEndpoint(name: string, environment: Environment): ProviderEndpoint {
  const provider = providers.get(name);
  if (provider === undefined) {
    throw new BulkheadError({
      code: 'unknown_provider',
      message: `There is no provider "${name}". There are: ${[...providers.keys()].join(', ')}.`,
      status: 404,
    });
  }
  const { baseURL, apiKey } = providerAccess(`${name}/*`, provider, environment);
  if (apiKey === undefined) return { baseURL, headers: {} };
  const header = KEY_HEADERS[name];
  return {
    baseURL,
    headers: header === undefined ? { authorization: `Bearer ${apiKey}` } : { [header]: apiKey },
  };
}
