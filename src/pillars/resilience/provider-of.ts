/**
 * The provider in a model's name.
 *
 * @returns undefined for `local`, which has none
 * @example
 * providerOf('ollama/hf.co/org/model'); // 'ollama'
 */
export function providerOf(model: string): string | undefined {
  const slash = model.indexOf('/');
  return slash < 0 ? undefined : model.slice(0, slash);
}
