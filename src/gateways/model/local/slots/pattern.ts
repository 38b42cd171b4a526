const longestPattern = 300;
const longestSubject = 128;

/**
 * A group that repeats without end and itself repeats or branches can take exponential time; so can a
 * back-reference. Patterns come from tool definitions of other parties, so such a pattern is never run.
 */
const explosive = /\\[1-9]|\\k<|\([^()]*(?:[+*|]|\{\d*,?\d*\})[^()]*\)(?:[+*]|\{\d+,\})/;

const nested = (pattern: string): boolean => {
  let reduced = pattern.replace(/\\./g, 'x').replace(/\[[^\]]*\]/g, 'x');
  for (let round = 0; round < 10 && reduced.includes('('); round += 1) {
    if (explosive.test(reduced)) return true;
    reduced = reduced.replace(/\((?:\?[:=!]|\?<[=!])?([^()]*)\)/g, (_group, inner: string) =>
      /[+*|{]/.test(inner) ? 'x+' : 'x',
    );
    if (/x\+(?:[+*]|\{\d+,\})/.test(reduced)) return true;
  }
  return false;
};

const compiled = new Map<string, RegExp | undefined>();
const mostCompiled = 500;

const tryCompile = (pattern: string, flags: string): RegExp | undefined => {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
};

/** The pattern as an expression, or undefined when it is invalid or could run for ever. */
export function compilePattern(pattern: string): RegExp | undefined {
  if (compiled.has(pattern)) return compiled.get(pattern);
  let expression: RegExp | undefined;
  if (pattern.length <= longestPattern && !/\\[1-9]|\\k</.test(pattern) && !nested(pattern)) {
    expression = tryCompile(pattern, 'u') ?? tryCompile(pattern, '');
  }
  if (compiled.size >= mostCompiled) compiled.clear();
  compiled.set(pattern, expression);
  return expression;
}

/**
 * Whether a text satisfies a JSON Schema pattern. A pattern that cannot be run safely is satisfied by nothing, so
 * that its slot stays empty.
 *
 * @example
 * satisfies('AC-1042', '^AC-\\d{4}$'); // true
 */
export function satisfies(text: string, pattern: string): boolean {
  return text.length <= longestSubject && (compilePattern(pattern)?.test(text) ?? false);
}

/** Whether a pattern tells identifiers from ordinary words; `^.+$` and `^[a-z]+$` do not. */
export function isTelling(pattern: string): boolean {
  return !['hello', 'Hello', 'hello world', 'HELLO'].some((word) => satisfies(word, pattern));
}

/** The letters that every text of the pattern begins with: "AC" of `^AC-\d{4}$`; empty when there are none. */
export function literalPrefix(pattern: string): string {
  return /^\^\(?(?:\?:)?([A-Za-z]{1,12})(?![*?+{|a-z])/.exec(pattern)?.[1] ?? '';
}
