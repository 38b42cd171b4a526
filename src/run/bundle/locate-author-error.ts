import { authorPlaces } from './author-source.ts';

/**
 * Where in the author's own files an error came from: the innermost frame that is no dependency.
 * Needs a trace that source maps were applied to (`--enable-source-maps`).
 *
 * @returns `file` relative to the project's folder, or undefined when no frame is in the bundle.
 * @example
 * locateAuthorError(error); // { file: 'src/tools.ts', line: 12 }
 */
export function locateAuthorError(error: unknown): { file: string; line: number } | undefined {
  const stack = error instanceof Error ? error.stack : undefined;
  const places = typeof stack === 'string' ? authorPlaces(stack) : [];
  return places.find(({ file }) => !file.includes('node_modules/')) ?? places[0];
}
