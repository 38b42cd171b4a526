import { describe, expect, it } from 'vitest';
import { modelCall, modelResponse } from '../../../test/fakes/calls.ts';
import { FakeRun } from '../../../test/fakes/step.ts';
import { BulkheadError, type ErrorFields } from '../../contract/errors.ts';
import { fallback } from './fallback.ts';

const SMALL = 'openai/gpt-5-mini';
const LARGE = 'anthropic/claude-sonnet-5';
const OTHER = 'mistral/mistral-small-latest';

const failure = (code: string, fields: Partial<ErrorFields> = {}) =>
  new BulkheadError({ code, message: `${code}.`, ...fields });
const unavailable = (fields: Partial<ErrorFields> = {}) =>
  failure('provider_unavailable', { retryable: true, details: { status: 503 }, ...fields });

/** A call with these candidates, each of which fails as said, or answers. */
function ask(errors: Record<string, BulkheadError>, run = new FakeRun(), signal?: AbortSignal) {
  const asked: string[] = [];
  const candidates = [
    { model: SMALL, tier: 'small' as const },
    { model: LARGE, tier: 'large' as const },
    { model: OTHER },
  ];
  const call = modelCall(run, { candidates, ...(signal === undefined ? {} : { signal }) });
  const answer = fallback().handle(call, async ({ model }) => {
    asked.push(model);
    const error = errors[model];
    if (error !== undefined) throw error;
    return modelResponse({ model });
  });
  return { asked, answer };
}

describe('fallback', () => {
  it('asks nobody else while the first answers', async () => {
    const { asked, answer } = ask({});
    expect((await answer).model).toBe(SMALL);
    expect(asked).toEqual([SMALL]);
  });

  it.each<[string, BulkheadError]>([
    ['is unavailable', unavailable()],
    [
      'breaks off before its first token',
      failure('provider_stream_cut', { retryable: true, details: { streamed: false } }),
    ],
    ['limits the rate', failure('provider_rate_limited', { retryable: true })],
    ['has no quota left', failure('provider_rate_limited')],
    ['is known to be down', failure('provider_circuit_open', { retryable: true })],
    ['cannot be understood', failure('provider_bad_response', { retryable: true })],
    ['has no key here', failure('missing_key')],
    ['refuses the key', failure('provider_refused', { details: { status: 401 } })],
    ['does not know the model', failure('provider_refused', { details: { status: 404 } })],
    [
      'does not know the model, in other words',
      failure('provider_refused', { details: { status: 400, kind: 'invalid_model' } }),
    ],
  ])('goes on to the next where a model %s', async (_, error) => {
    const { asked, answer } = ask({ [SMALL]: error });
    expect((await answer).model).toBe(LARGE);
    expect(asked).toEqual([SMALL, LARGE]);
  });

  it.each<[string, BulkheadError]>([
    ['a bad request', failure('provider_refused', { details: { status: 400 } })],
    ['what a control refused', failure('switched_off', { denied: true, endsRun: true })],
    ['a spent budget', failure('budget_exceeded', { denied: true })],
    ['a model that nobody knows', failure('unknown_model')],
    ['a cancel', failure('run_cancelled', { endsRun: true })],
    ['a fault of our own', failure('internal')],
  ])('takes %s to nobody else', async (_, error) => {
    const { asked, answer } = ask({ [SMALL]: error });
    await expect(answer).rejects.toBe(error);
    expect(asked).toEqual([SMALL]);
  });

  it('asks nobody else once the call was aborted', async () => {
    const { asked, answer } = ask(
      { [SMALL]: unavailable() },
      new FakeRun(),
      AbortSignal.abort(new Error('gone')),
    );
    await expect(answer).rejects.toMatchObject({ code: 'provider_unavailable' });
    expect(asked).toEqual([SMALL]);
  });

  it('ends an answer of which part was shown as a cut stream, whatever broke it', async () => {
    const { asked, answer } = ask({
      [SMALL]: unavailable({ retryable: false, details: { status: 529, streamed: true } }),
    });
    await expect(answer).rejects.toMatchObject({
      code: 'provider_stream_cut',
      retryable: false,
      details: { streamed: true, reason: 'provider_unavailable' },
    });
    expect(asked).toEqual([SMALL]);
  });

  it('says which models were asked when none could answer, and when one may', async () => {
    const { answer } = ask({
      [SMALL]: failure('missing_key'),
      [LARGE]: unavailable({ retryAfter: 9_000 }),
      [OTHER]: failure('provider_circuit_open', { retryable: true, retryAfter: 4_000 }),
    });
    await expect(answer).rejects.toMatchObject({
      code: 'provider_circuit_open',
      retryable: true,
      retryAfter: 4_000,
      message: expect.stringContaining(`${SMALL} (missing_key), ${LARGE} (provider_unavailable), ${OTHER} (`),
      details: { model: OTHER },
    });
  });

  it('hands on the one error of one candidate as it is', async () => {
    const error = unavailable();
    const handled = fallback().handle(modelCall(), () => Promise.reject(error));
    await expect(handled).rejects.toBe(error);
  });
});

describe('fallback after a takeover', () => {
  const failed = (run: FakeRun, model: string, times: number, code = 'provider_unavailable') => {
    for (let attempt = 1; attempt <= times; attempt += 1) {
      run.record({
        meta: { kind: 'model.attempted', key: 'main/1', attempt, model, code, tokens: 0, usd: 0 },
      });
    }
  };

  it('goes on behind the candidates that have failed', async () => {
    const run = new FakeRun();
    failed(run, SMALL, 3);
    const { asked, answer } = ask({}, run);
    expect((await answer).model).toBe(LARGE);
    expect(asked).toEqual([LARGE]);
  });

  it('asks a candidate again that had attempts left', async () => {
    const run = new FakeRun();
    failed(run, SMALL, 2);
    expect(ask({}, run).asked).toEqual([SMALL]);
  });

  it('asks again where the journal does not say whether the request or the model was refused', async () => {
    const run = new FakeRun();
    failed(run, SMALL, 3, 'provider_refused');
    expect(ask({}, run).asked).toEqual([SMALL]);
  });

  it('remembers that a model was down, when the others are of no use', async () => {
    const run = new FakeRun();
    failed(run, SMALL, 3);
    const { answer } = ask({ [LARGE]: failure('missing_key'), [OTHER]: failure('missing_key') }, run);
    await expect(answer).rejects.toMatchObject({ code: 'provider_unavailable', retryable: true });
  });

  it('asks every model anew once the call has waited for a provider', async () => {
    const run = new FakeRun();
    for (const model of [SMALL, LARGE, OTHER]) failed(run, model, 3);
    run.record({
      meta: { kind: 'model.postponed', key: 'main/1', model: SMALL, code: 'provider_unavailable', wakeAt: 0 },
    });
    const { asked, answer } = ask({ [SMALL]: unavailable() }, run);
    expect((await answer).model).toBe(LARGE);
    expect(asked).toEqual([SMALL, LARGE]);
  });
});
