import type { Bundle } from '../client/index.ts';
import type { Paint } from './paint.ts';
import { oneLine } from './plain-text.ts';

/** What a bundle defines, a line each. */
export function showDefinitions({ definitions }: Pick<Bundle, 'definitions'>, paint: Paint): string[] {
  return definitions.map(
    ({ kind, name, description }) =>
      `${paint.dim(kind.padEnd(8))} ${paint.bold(oneLine(name))}${description === null ? '' : `  ${oneLine(description)}`}`,
  );
}
