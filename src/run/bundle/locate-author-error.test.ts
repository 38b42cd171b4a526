import { describe, expect, it } from 'vitest';
import { locateAuthorError } from './locate-author-error.ts';

function withStack(...frames: string[]): Error {
  const error = new Error('no');
  error.stack = ['Error: no', ...frames.map((frame) => `    at ${frame}`)].join('\n');
  return error;
}

describe('locateAuthorError', () => {
  it('passes over dependencies and the runtime', () => {
    const error = withStack(
      'parse (author:///node_modules/zod/index.js:3:1)',
      'check (file:///opt/runtime/define/tool.ts:9:9)',
      '<anonymous> (author:///src/tools.ts:12:5)',
      'author:///bulkhead.ts:1:1',
    );
    expect(locateAuthorError(error)).toEqual({ file: 'src/tools.ts', line: 12 });
  });

  it('names a dependency when nothing else is there', () => {
    const error = withStack('load (author:///node_modules/broken/index.js:3:1)');
    expect(locateAuthorError(error)).toEqual({ file: 'node_modules/broken/index.js', line: 3 });
  });

  it('knows nothing of other errors', () => {
    expect(locateAuthorError(withStack('node:internal/main:1:1'))).toBeUndefined();
    expect(locateAuthorError('no')).toBeUndefined();
    expect(locateAuthorError(Object.assign(new Error('no'), { stack: 7 }))).toBeUndefined();
  });
});
