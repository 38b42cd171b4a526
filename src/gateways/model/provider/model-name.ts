import { BulkheadError } from '../../../contract/errors.ts';
import { providers } from './providers.ts';

/** A model's name, taken apart. `provider` is one of the names in `providers`, or `local`. */
export type ModelName = { provider: string; modelId: string };

/** What may stand before the slash; `local` stands alone. */
const knownProviders: readonly string[] = [...providers.keys(), 'local'];

/** What would lead an address elsewhere: some providers take the model's name in theirs, and clients may write it. */
const LEADS_ASTRAY = /[?#%\\]|(^|\/)\.{1,2}(\/|$)/;

/**
 * Takes `'provider/model'` apart at its first slash: what follows may hold slashes of its own.
 *
 * @example
 * parseModelName('ollama/hf.co/org/model'); // { provider: 'ollama', modelId: 'hf.co/org/model' }
 * parseModelName('local'); // { provider: 'local', modelId: 'local' }
 * @throws BulkheadError `unknown_model`, naming the known providers
 */
export function parseModelName(name: string): ModelName {
  if (name === 'local') return { provider: 'local', modelId: 'local' };
  const slash = name.indexOf('/');
  const provider = slash < 0 ? '' : name.slice(0, slash);
  const modelId = name.slice(slash + 1);
  if (LEADS_ASTRAY.test(modelId))
    throw unknownModel(name, 'No model has "?", "#", "%", "\\" or ".." in its name.');
  if (providers.has(provider) && modelId !== '') return { provider, modelId };
  throw unknownModel(name, reasonAgainst(provider));
}

/** @returns the error `unknown_model`, with what is wrong in one sentence */
export function unknownModel(name: string, reason: string): BulkheadError {
  return new BulkheadError({
    code: 'unknown_model',
    message:
      `The model "${name}" is unknown. ${reason} Write provider/model, for example "openai/gpt-5-mini"; ` +
      `providers are: ${knownProviders.join(', ')}.`,
    details: { model: name, providers: knownProviders },
  });
}

function reasonAgainst(provider: string): string {
  if (provider === '') return 'It names no provider.';
  if (provider === 'local') return 'The local model is one: write "local" alone.';
  return providers.has(provider) ? 'It names no model.' : `There is no provider "${provider}".`;
}
