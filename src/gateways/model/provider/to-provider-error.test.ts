import { APICallError, JSONParseError, UnsupportedFunctionalityError } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { BulkheadError } from '../../../contract/errors.ts';
import { toProviderError } from './to-provider-error.ts';

const model = 'openai/gpt-5-mini';

function refusal(
  statusCode: number | undefined,
  fields: Partial<ConstructorParameters<typeof APICallError>[0]> = {},
) {
  return new APICallError({
    message: 'The provider said so',
    url: 'https://api.example.com',
    requestBodyValues: { messages: ['the secret prompt'] },
    ...(statusCode === undefined ? {} : { statusCode }),
    ...fields,
  });
}

const classify = (error: unknown) => toProviderError(error, { model, now: 0 });

describe('toProviderError', () => {
  it('takes 429 for a rate limit, with the wait that was asked', () => {
    expect(classify(refusal(429, { responseHeaders: { 'retry-after': '3' } }))).toMatchObject({
      code: 'provider_rate_limited',
      status: 429,
      retryable: true,
      retryAfter: 3_000,
      message: `The provider of ${model} limits the rate of calls. Wait 3 s and try again, or lower the concurrency.`,
    });
  });

  it('takes the wait from the body where Google says it there', () => {
    const info = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34.5s' };
    const body = (details: unknown) => ({
      data: { error: { code: 429, message: 'x', status: 'RESOURCE_EXHAUSTED', details } },
    });
    const help = { '@type': 'type.googleapis.com/google.rpc.Help', links: [] };
    expect(classify(refusal(429, body([help, info])))).toMatchObject({ retryable: true, retryAfter: 34_500 });
    expect(classify(refusal(429, body([help]))).retryAfter).toBeUndefined();
    expect(classify(refusal(429, body([{ ...info, retryDelay: 'soon' }]))).retryAfter).toBeUndefined();
  });

  it('does not retry when the quota is used up', () => {
    const error = classify(refusal(429, { data: { error: { message: 'x', code: 'insufficient_quota' } } }));
    expect(error).toMatchObject({ code: 'provider_rate_limited', retryable: false });
  });

  it.each([500, 502, 503, 504, 529, 408, 409])('takes %i for unavailable', (status) => {
    expect(classify(refusal(status))).toMatchObject({
      code: 'provider_unavailable',
      retryable: true,
      details: { status },
    });
  });

  it('obeys Retry-After of a provider that is down', () => {
    expect(classify(refusal(503, { responseHeaders: { 'retry-after-ms': '250' } })).retryAfter).toBe(250);
  });

  it('takes a network that fails before an answer for unavailable, within it for a cut', () => {
    const cause = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    expect(classify(refusal(undefined, { cause }))).toMatchObject({
      code: 'provider_unavailable',
      details: { reason: 'ECONNRESET' },
    });
    expect(classify(new TypeError('fetch failed', { cause })).code).toBe('provider_unavailable');
    expect(classify(refusal(200, { cause })).code).toBe('provider_stream_cut');
  });

  it('repeats what a provider objects to, and names the next step', () => {
    expect(classify(refusal(400, { message: 'Unknown parameter: foo.' }))).toMatchObject({
      code: 'provider_refused',
      retryable: false,
      message: `The provider of ${model} refused the call (400): Unknown parameter: foo. Change the request.`,
    });
    expect(classify(refusal(404)).message).toContain('Check the name of the model');
    expect(classify(refusal(307)).message).toContain('Correct the base URL');
  });

  it('keeps the name of the failure, for those who act on it', () => {
    const body = { responseBody: '{"error":{"code":"context_length_exceeded"}}' };
    expect(classify(refusal(400, body)).details).toEqual({ status: 400, kind: 'context_length_exceeded' });
    const mistral = { object: 'error', message: 'Invalid model: x', type: 'invalid_model', code: '1500' };
    expect(classify(refusal(400, { data: mistral })).details).toEqual({ status: 400, kind: 'invalid_model' });
    const google = { error: { code: 404, message: 'models/x is not found', status: 'NOT_FOUND' } };
    expect(classify(refusal(404, { data: google })).details).toEqual({ status: 404, kind: 'NOT_FOUND' });
  });

  it('points to the variable of a refused key and never repeats it', () => {
    const error = classify(refusal(401, { message: 'Incorrect API key provided: sk-live-1234567890' }));
    expect(error.message).toBe(
      `The provider of ${model} refused the call (401). Check the key in OPENAI_API_KEY and what it may use.`,
    );
  });

  it('carries neither the prompt nor a cause', () => {
    const error = classify(refusal(400));
    expect(error.cause).toBeUndefined();
    expect(JSON.stringify([error, error.message, error.details])).not.toContain('secret prompt');
  });

  it.each([
    [{ message: 'busy', type: 'overloaded_error', statusCode: 529 }, 'provider_unavailable', true],
    [{ message: 'slow down', code: 429 }, 'provider_rate_limited', true],
    [{ message: 'slow down', type: 'rate_limit_error' }, 'provider_rate_limited', true],
    [{ message: 'too long', code: 'context_length_exceeded' }, 'provider_refused', false],
    [{ message: 'something' }, 'provider_unavailable', true],
  ])('classifies the failure within a stream %o', (part, code, retryable) => {
    expect(classify(part)).toMatchObject({ code, retryable });
  });

  it('takes what cannot be read for a bad response, without its text', () => {
    const error = classify(new JSONParseError({ text: 'the secret answer', cause: new Error('x') }));
    expect(error).toMatchObject({ code: 'provider_bad_response', retryable: true });
    expect(error.message).not.toContain('secret');
    expect(classify(new Error('a fault of the package'))).toMatchObject({
      code: 'provider_bad_response',
      retryable: false,
    });
  });

  it('takes what a package cannot express for a refusal', () => {
    expect(classify(new UnsupportedFunctionalityError({ functionality: 'audio input' }))).toMatchObject({
      code: 'provider_refused',
      retryable: false,
    });
  });

  it('tells a cancelled call from a timeout', () => {
    expect(classify(new DOMException('stop', 'AbortError'))).toMatchObject({
      code: 'call_cancelled',
      retryable: false,
    });
    expect(classify(new DOMException('late', 'TimeoutError'))).toMatchObject({
      code: 'provider_unavailable',
      retryable: true,
    });
  });

  it('leaves an error of ours alone', () => {
    const error = new BulkheadError({ code: 'deadline_exceeded', message: 'x' });
    expect(classify(error)).toBe(error);
  });
});
