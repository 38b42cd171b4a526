import { describe, expect, it } from 'vitest';
import { toolCall } from '../../../test/fakes/calls.ts';
import { BulkheadError } from '../../contract/errors.ts';
import { outputGuard } from './output-guard.ts';

const fails = (error: unknown) => () => Promise.reject(error);
const broken = outputGuard({ redact: () => Promise.reject(new Error('the detector crashed')) });

describe('outputGuard', () => {
  it('passes a clean result on as it is', async () => {
    const result = { output: { order: 'AC-1042' } };
    expect(await outputGuard().handle(toolCall(), async () => result)).toBe(result);
  });

  it('hides credentials and says how many', async () => {
    const result = { output: { user: 'ada', password: 'hunter2' }, redactions: { compress: 1 } };
    expect(await outputGuard().handle(toolCall(), async () => result)).toEqual({
      output: { user: 'ada', password: '[REDACTED:password]' },
      redactions: { compress: 1, 'output-guard': 1 },
    });
  });

  it('withholds an output that it cannot check', async () => {
    await expect(broken.handle(toolCall(), async () => ({ output: 'x' }))).rejects.toMatchObject({
      code: 'output_withheld',
      denied: false,
      retryable: false,
    });
  });

  it('passes an error without credentials on as it is', async () => {
    const error = new Error('no such order');
    await expect(outputGuard().handle(toolCall(), fails(error))).rejects.toBe(error);
  });

  it('hides credentials in an error and keeps what it means', async () => {
    const error = new BulkheadError({
      code: 'tool_failed',
      message: 'cannot reach postgres://app:hunter2@db/shop',
      outcomeUnknown: true,
      retryable: true,
      retryAfter: 50,
      details: { password: 'hunter2' },
    });
    await expect(outputGuard().handle(toolCall(), fails(error))).rejects.toMatchObject({
      code: 'tool_failed',
      message: 'cannot reach postgres://app:[REDACTED:connection-string]@db/shop',
      outcomeUnknown: true,
      retryable: true,
      retryAfter: 50,
      details: { password: '[REDACTED:password]' },
    });
  });

  it('withholds what an error says when it cannot check it, and keeps that its outcome is unknown', async () => {
    const error = new BulkheadError({ code: 'tool_timeout', message: 'hunter2', outcomeUnknown: true });
    const failure: unknown = await broken.handle(toolCall(), fails(error)).catch((thrown: unknown) => thrown);
    expect(failure).toMatchObject({ code: 'output_withheld', outcomeUnknown: true });
    expect(String(failure)).not.toContain('hunter2');
  });
});
