import type { BuildFailure, Message } from 'esbuild';
import { BulkheadError } from '../../contract/errors.ts';

/** What the bundler said first, with file and line, and what to do where that is known. */
export function bundleFailure(error: unknown): BulkheadError {
  const messages = isBuildFailure(error) ? error.errors : [];
  const [first] = messages;
  if (first === undefined) {
    const reason = error instanceof Error ? error.message : String(error);
    return new BulkheadError({
      code: 'bundle_failed',
      message: `The project could not be bundled: ${reason}`,
      cause: error,
    });
  }
  const more = messages.length === 1 ? '' : ` (and ${messages.length - 1} more)`;
  return new BulkheadError({
    code: 'bundle_failed',
    message: `${placeOf(first)}${first.text}${more}. ${mendFor(first.text)}`,
    ...(first.location === null ? {} : { details: { file: first.location.file, line: first.location.line } }),
  });
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && 'errors' in error && Array.isArray(error.errors);
}

function placeOf({ location }: Message): string {
  return location === null ? '' : `${location.file}:${location.line}:${location.column + 1}: `;
}

function mendFor(text: string): string {
  const missing = /^Could not resolve "((?:@[^/"]+\/)?[^./"][^/"]*)/.exec(text)?.[1];
  if (missing !== undefined) return `Install it in the project's folder: npm install ${missing}`;
  if (/No loader is configured for "\.node" files/.test(text)) {
    return 'Native add-ons cannot be bundled; use a dependency in JavaScript.';
  }
  return 'Mend it and build again.';
}
