/** One thing that is wrong with a value. */
export type Issue = { path: readonly PropertyKey[]; message: string };

const mostShown = 20;
const longestPath = 200;
const longestMessage = 500;

/**
 * Issues as one sentence without its full stop, each field by its path; twenty of them at most.
 *
 * @example
 * sentenceOf([{ path: ['lines', 0, 'sku'], message: 'is missing' }]); // 'lines[0].sku: is missing'
 */
export function sentenceOf(issues: readonly Issue[]): string {
  const sentences = new Set<string>();
  for (const { path, message } of issues) {
    if (sentences.size === mostShown) return `${[...sentences].join('; ')}; and more`;
    sentences.add(
      `${shorten(pathOf(path), longestPath)}: ${shorten(message, longestMessage).replace(/[\s.]+$/, '')}`,
    );
  }
  return [...sentences].join('; ');
}

function pathOf(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the value';
  let text = '';
  for (const key of path) {
    if (text.length > longestPath) break;
    text += part(key, text === '');
  }
  return text;
}

function part(key: PropertyKey, first: boolean): string {
  if (typeof key === 'number') return `[${key}]`;
  const name = shorten(String(key), longestPath);
  if (!/^[\p{L}_$][\p{L}\p{N}_$-]*…?$/u.test(name)) return `[${JSON.stringify(name)}]`;
  return first ? name : `.${name}`;
}

function shorten(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
