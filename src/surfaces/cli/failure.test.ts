import { describe, expect, it } from 'vitest';
import { BulkheadError } from '../../contract/errors.ts';
import { reportFailure } from './failure.ts';
import { fakeTerminal } from './testing/fake-terminal.ts';

const unknown = new BulkheadError({
  code: 'unknown_run',
  message: 'There is no run 7. List runs with `bulkhead runs`.',
  status: 404,
  details: { status: 404, instance: 'urn:bulkhead:request:r1' },
});

describe('a failure', () => {
  it('is one sentence on standard error, without a stack', () => {
    const terminal = fakeTerminal();
    expect(reportFailure(terminal, false, unknown)).toBe(1);
    expect(terminal.complained()).toBe('There is no run 7. List runs with `bulkhead runs`.\n');
    expect(terminal.written()).toBe('');
  });

  it('is the problem with --json', () => {
    const terminal = fakeTerminal();
    expect(reportFailure(terminal, true, unknown)).toBe(1);
    expect(JSON.parse(terminal.complained())).toEqual({
      type: 'urn:bulkhead:problem:unknown_run',
      title: 'Unknown run',
      status: 404,
      code: 'unknown_run',
      detail: 'There is no run 7. List runs with `bulkhead runs`.',
      instance: 'urn:bulkhead:request:r1',
      retryable: false,
    });
  });

  it('that nobody expected says how to see more', () => {
    const terminal = fakeTerminal();
    expect(reportFailure(terminal, false, new TypeError('x is not a function'))).toBe(1);
    expect(terminal.complained()).toBe(
      'Something unexpected went wrong: x is not a function. Set BULKHEAD_DEBUG=1 to see where.\n',
    );
  });

  it('shows its stack where that was asked for', () => {
    const terminal = fakeTerminal({ environment: { BULKHEAD_DEBUG: '1' } });
    reportFailure(terminal, false, unknown);
    expect(terminal.complained()).toContain('failure.test.ts');
  });

  it.each([
    'invalid_duration',
    'invalid_limit',
    'invalid_option',
    'invalid_port',
    'invalid_request',
    'invalid_schedule',
    'invalid_url',
    'unknown_role',
    'usage',
  ])('of the one who typed the command ends with 2: %s', (code) => {
    const wrong = new BulkheadError({ code, message: 'No.' });
    expect(reportFailure(fakeTerminal(), false, wrong)).toBe(2);
  });
});
