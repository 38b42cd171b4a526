/** What OpenAI's clients are told in place of a code of ours. */
export type KnownFailure = {
  status: number;
  /** OpenAI's word, where it has one for the same thing. */
  code?: string;
  /** Asking again may help. Where it is not said, the error itself knows. */
  retryable?: boolean;
};

/** Money or calls are used up. The SDKs raise RateLimitError for the status; the code tells it from a busy hour. */
const SPENT: KnownFailure = { status: 429, code: 'insufficient_quota', retryable: false };
const BUSY: KnownFailure = { status: 503, retryable: true };
const BROKEN: KnownFailure = { status: 502, retryable: true };
const NO_MODEL: KnownFailure = { status: 404, code: 'model_not_found' };

/**
 * By our own code: a run's failure comes out of its journal, where no status is kept. A failure that is not listed
 * is judged by what it says of itself.
 */
export const KNOWN_FAILURES: ReadonlyMap<string, KnownFailure> = new Map<string, KnownFailure>([
  ['unauthorized', { status: 401, code: 'invalid_api_key' }],
  ['budget_exceeded', SPENT],
  ['model_call_limit', SPENT],
  ['unknown_model', NO_MODEL],
  ['missing_key', NO_MODEL],
  ['no_model', NO_MODEL],
  ['provider_rate_limited', { status: 429, code: 'rate_limit_exceeded' }],
  ['provider_unavailable', BUSY],
  ['provider_circuit_open', BUSY],
  ['provider_stream_cut', BROKEN],
  ['provider_bad_response', BROKEN],
  ['window_exceeded', { status: 400, code: 'context_length_exceeded' }],
  // As long a prompt comes back as long: clients that know the word shorten it.
  ['prompt_exceeds_budget', { status: 400, code: 'context_length_exceeded' }],
  ['deadline_exceeded', { status: 504, retryable: false }],
  ['run_cancelled', { status: 409, retryable: false }],
]);
