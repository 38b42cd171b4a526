import { describe, expect, it } from 'vitest';
import { BulkheadError, type SerializedError } from '../../../../contract/errors.ts';
import { invalidRequest } from '../../problems/invalid-request.ts';
import { fromFailure } from './from-failure.ts';
import { asOpenAiError } from './open-ai-error.ts';

const told = (error: BulkheadError) => {
  const { status, body, headers = {} } = asOpenAiError(error);
  const { error: shown } = body as { error: { type: string; code: string; param: string | null } };
  return [status, shown.type, shown.code, headers['X-Should-Retry'] ?? 'as ever'];
};

describe('an error in OpenAI’s shape', () => {
  it('names the wrong field as OpenAI spells it', () => {
    const error = invalidRequest([{ field: 'messages.0.content.12.text', message: 'is missing' }]);
    expect(asOpenAiError(error)).toMatchObject({
      status: 400,
      type: 'application/json',
      body: {
        error: {
          message: expect.stringContaining('is missing'),
          type: 'invalid_request_error',
          param: 'messages[0].content[12].text',
          code: 'invalid_request',
        },
      },
    });
    expect(asOpenAiError(invalidRequest([{ field: 'body', message: 'is not valid JSON' }]))).toMatchObject({
      body: { error: { param: null } },
    });
  });

  it.each<[Omit<SerializedError, 'message'> & { status: number }, unknown[]]>([
    [{ code: 'unauthorized', status: 401 }, [401, 'invalid_request_error', 'invalid_api_key', 'as ever']],
    [{ code: 'forbidden', status: 403 }, [403, 'permission_error', 'forbidden', 'as ever']],
    [{ code: 'unknown_model', status: 422 }, [404, 'invalid_request_error', 'model_not_found', 'as ever']],
    [{ code: 'unknown_agent', status: 404 }, [404, 'invalid_request_error', 'unknown_agent', 'as ever']],
    [{ code: 'invalid_input', status: 422 }, [400, 'invalid_request_error', 'invalid_input', 'as ever']],
    [{ code: 'body_too_large', status: 413 }, [413, 'invalid_request_error', 'body_too_large', 'as ever']],
    [{ code: 'credits_spent', status: 402 }, [429, 'insufficient_quota', 'insufficient_quota', 'false']],
    [
      { code: 'database_unreachable', status: 503, retryable: true },
      [503, 'server_error', 'database_unreachable', 'as ever'],
    ],
  ])('of a request that is refused: %j', (fields, expected) => {
    expect(told(new BulkheadError({ message: 'No.', ...fields }))).toEqual(expected);
  });

  it.each<[Omit<SerializedError, 'message'>, unknown[]]>([
    [{ code: 'budget_exceeded', denied: true }, [429, 'insufficient_quota', 'insufficient_quota', 'false']],
    [
      { code: 'prompt_exceeds_budget', denied: true },
      [400, 'invalid_request_error', 'context_length_exceeded', 'as ever'],
    ],
    [{ code: 'model_call_limit' }, [429, 'insufficient_quota', 'insufficient_quota', 'false']],
    [
      { code: 'provider_rate_limited', retryable: true },
      [429, 'rate_limit_error', 'rate_limit_exceeded', 'as ever'],
    ],
    [
      { code: 'provider_rate_limited', details: { kind: 'insufficient_quota' } },
      [429, 'insufficient_quota', 'insufficient_quota', 'false'],
    ],
    [{ code: 'provider_unavailable' }, [503, 'server_error', 'provider_unavailable', 'as ever']],
    [{ code: 'provider_stream_cut' }, [502, 'server_error', 'provider_stream_cut', 'as ever']],
    [
      { code: 'provider_refused', details: { status: 400, kind: 'context_length_exceeded' } },
      [400, 'invalid_request_error', 'context_length_exceeded', 'as ever'],
    ],
    [
      { code: 'provider_refused', details: { kind: 'AI_UnsupportedFunctionalityError' } },
      [400, 'invalid_request_error', 'provider_refused', 'as ever'],
    ],
    // This installation's key is wrong, not the client's.
    [
      { code: 'provider_refused', details: { status: 401 } },
      [502, 'server_error', 'provider_refused', 'false'],
    ],
    [{ code: 'window_exceeded' }, [400, 'invalid_request_error', 'context_length_exceeded', 'as ever']],
    [{ code: 'deadline_exceeded' }, [504, 'server_error', 'deadline_exceeded', 'false']],
    [{ code: 'run_cancelled' }, [409, 'invalid_request_error', 'run_cancelled', 'false']],
    [{ code: 'switched_off', denied: true }, [403, 'permission_error', 'switched_off', 'as ever']],
    [{ code: 'later_known', retryable: true }, [503, 'server_error', 'later_known', 'as ever']],
    [{ code: 'internal' }, [500, 'server_error', 'internal', 'false']],
  ])('of a run that failed: %j', (fields, expected) => {
    expect(told(fromFailure({ message: 'No.', ...fields }))).toEqual(expected);
  });
});
