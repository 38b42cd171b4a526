import { BulkheadError } from '../../../contract/errors.ts';
import type { Provider } from './providers.ts';

/** The variables that say which providers are there: `process.env`, or a part of it. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Where a provider is, and the key that opens it. */
export type Access = { baseURL: string; apiKey: string | undefined };

/** @returns the trimmed value, or `undefined` when the variable is unset or blank */
export function setting(environment: Environment, variable: string): string | undefined {
  const value = environment[variable]?.trim();
  return value === '' ? undefined : value;
}

/**
 * Where a provider is and the key that opens it.
 *
 * @param name the model's full name, for the message
 * @throws BulkheadError `missing_key`, `missing_base_url` or `invalid_base_url`, each naming the variable
 */
export function providerAccess(name: string, provider: Provider, environment: Environment): Access {
  const address = provider.addresses.find(({ variable }) => setting(environment, variable) !== undefined);
  const keyVariable = address === undefined ? provider.keyVariable : address.keyVariable;
  const apiKey = keyVariable === undefined ? undefined : setting(environment, keyVariable);
  if (provider.keyVariable !== undefined && apiKey === undefined) {
    throw new BulkheadError({
      code: 'missing_key',
      message:
        `The model "${name}" needs a key, and ${provider.keyVariable} is not set. Set it, or give the agent ` +
        'another model ("local" needs no key).',
      details: { model: name, variable: provider.keyVariable },
    });
  }
  const baseURL = address === undefined ? provider.baseURL : setting(environment, address.variable);
  if (baseURL === undefined) {
    const variables = provider.addresses.map(({ variable }) => variable);
    throw new BulkheadError({
      code: 'missing_base_url',
      message:
        `The model "${name}" needs the address of its server. Set ${variables.join(' or ')}, for example to ` +
        'http://127.0.0.1:8000/v1.',
      details: { model: name, variables },
    });
  }
  return { baseURL: readable(baseURL, address?.variable, provider), apiKey };
}

function readable(baseURL: string, variable: string | undefined, provider: Provider): string {
  const url = URL.parse(baseURL);
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new BulkheadError({
      code: 'invalid_base_url',
      message: `${variable} is no http or https address. Set it to one such as https://api.example.com/v1.`,
      details: { variable },
    });
  }
  const trimmed = baseURL.replace(/\/+$/, '');
  return provider.normalize?.(trimmed) ?? trimmed;
}
