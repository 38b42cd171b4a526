import { BulkheadError } from '../../../contract/errors.ts';
import { providerOf } from '../provider-of.ts';

/**
 * What one call says about a provider, or about a model of it: it failed; it answered; it spoke, to refuse (which
 * counts neither way, but shows that it is there); or nothing.
 */
export type Verdict = 'failed' | 'answered' | 'spoke' | 'nothing';

/** What a circuit guards: all of a provider, or one model of it. */
export type Scope = { name: string; of: 'provider' | 'model' };

/** The circuits on a model's way; none for the local model, which is in this process. */
export function scopesOf(model: string): Scope[] {
  const provider = providerOf(model);
  if (provider === undefined) return [];
  return [
    { name: provider, of: 'provider' },
    { name: model, of: 'model' },
  ];
}

/**
 * Each failure is laid at one door. Where no connection came about or it broke without an answer, it is the
 * provider's; what came with an answer (a 5xx, a stream that was cut) or in silence is the model's, because others of
 * that provider may well answer.
 *
 * @param error undefined when the call succeeded
 */
export function verdictOf(scope: Scope['of'], error: unknown): Verdict {
  if (error === undefined) return 'answered';
  if (!BulkheadError.isInstance(error)) return 'nothing';
  switch (error.code) {
    case 'provider_unavailable':
      return unavailable(scope, error);
    case 'provider_stream_cut':
    case 'provider_bad_response':
      return scope === 'model' ? 'failed' : 'answered';
    case 'provider_rate_limited':
    case 'provider_refused':
      return 'spoke';
    default:
      return 'nothing';
  }
}

function unavailable(scope: Scope['of'], { details }: BulkheadError): Verdict {
  if (details?.status !== undefined) return scope === 'model' ? 'failed' : 'answered';
  const silent = details?.reason === 'stalled';
  return silent === (scope === 'model') ? 'failed' : 'nothing';
}
