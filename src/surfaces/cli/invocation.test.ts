import { describe, expect, it } from 'vitest';
import { invocationOf, shellWord } from './invocation.ts';

describe('how the program is called again', () => {
  it('is by its name where a package manager installed it', () => {
    expect(invocationOf({ program: '/usr/local/bin/bulkhead', folder: '/code', environment: {} })).toBe(
      'bulkhead',
    );
  });

  it('is through npx where it is in the project', () => {
    const program = '/code/node_modules/.bin/bulkhead';
    expect(invocationOf({ program, folder: '/code', environment: {} })).toBe('npx bulkhead');
  });

  it('is by its file in a checkout, with the Node of npm where npm started it', () => {
    const call = { program: '/code/bin/bulkhead.js', folder: '/code' };
    expect(invocationOf({ ...call, environment: {} })).toBe('node bin/bulkhead.js');
    expect(invocationOf({ ...call, environment: { npm_lifecycle_event: 'start' } })).toBe(
      'npx node bin/bulkhead.js',
    );
  });

  it('is by its whole path from elsewhere', () => {
    expect(invocationOf({ program: '/code/bin/bulkhead.js', folder: '/tmp', environment: {} })).toBe(
      'node /code/bin/bulkhead.js',
    );
  });
});

describe('a word for a shell', () => {
  it('is quoted where the shell would take it apart or look into it', () => {
    expect(shellWord('support')).toBe('support');
    expect(shellWord('Is it $5?')).toBe("'Is it $5?'");
    expect(shellWord("what's up")).toBe(`'what'\\''s up'`);
    expect(shellWord('')).toBe("''");
  });
});
