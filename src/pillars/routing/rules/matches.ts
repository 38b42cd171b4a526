/**
 * Whether a model's name is one that a pattern stands for: the name itself, or one in which `*` stands for anything.
 *
 * @example
 * matches('openai/gpt-5*', 'openai/gpt-5-mini'); // true
 */
export function matches(pattern: string, model: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  if (others.length === 0) return pattern === model;
  const last = others.pop() ?? '';
  if (!model.startsWith(first) || !model.endsWith(last) || model.length < first.length + last.length)
    return false;
  let from = first.length;
  for (const piece of others) {
    const found = model.indexOf(piece, from);
    if (found < 0) return false;
    from = found + piece.length;
  }
  return from <= model.length - last.length;
}
