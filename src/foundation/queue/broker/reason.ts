/**
 * Why something failed, in a few words for a log. Addresses with a password in them are taken out.
 *
 * @example
 * reasonOf(new Error('connect ECONNREFUSED 127.0.0.1:6379')); // 'connect ECONNREFUSED 127.0.0.1:6379'
 */
export function reasonOf(error: unknown): string {
  // Several addresses were tried: the first one speaks for all.
  const first = error instanceof AggregateError ? (error.errors[0] ?? error) : error;
  const text = first instanceof Error ? first.message || first.name : String(first);
  return text.replace(/\/\/[^/@\s]*@/g, '//').slice(0, 300);
}
