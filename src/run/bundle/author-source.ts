const scheme = 'author:';

/**
 * The name that a source file has in a bundle's source map: an address that is the same on every
 * machine. What stands above the folder keeps its distance; a dependency is named by its package.
 *
 * @param path relative to the project's folder, with `/`
 * @example
 * authorSource('src/tools.ts'); // 'author:///src/tools.ts'
 * authorSource('../common/money.ts'); // 'author://above-1/common/money.ts'
 * authorSource('../node_modules/zod/index.js'); // 'author:///node_modules/zod/index.js'
 */
export function authorSource(path: string): string {
  const dependency = path.lastIndexOf('node_modules/');
  const segments = (dependency === -1 ? path : path.slice(dependency)).split('/');
  const inside = segments.filter((segment) => segment !== '..');
  const above = segments.length - inside.length;
  return `${scheme}//${above === 0 ? '' : `above-${above}`}/${inside.map(encode).join('/')}`;
}

/** Every place in author code that a stack trace names, innermost first; files relative to the project's folder. */
export function authorPlaces(stack: string): { file: string; line: number }[] {
  return [...stack.matchAll(/author:\/\/(?:above-(\d+))?\/([^\s():]+):(\d+)/g)].map(
    ([, above, file, line]) => ({
      file: '../'.repeat(Number(above ?? 0)) + decodeURIComponent(file ?? ''),
      line: Number(line),
    }),
  );
}

/** Parentheses and colons delimit places in a trace. */
function encode(segment: string): string {
  return encodeURIComponent(segment).replace('(', '%28').replace(')', '%29');
}
