const systemCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'HPE_INVALID_CONSTANT',
]);

/**
 * The code of the network error below an error, looked for along its causes: a system code, undici's
 * (`UND_ERR_…`) or a certificate's.
 *
 * @returns `undefined` when the network did not fail
 * @example
 * networkFailure(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } })); // 'ECONNREFUSED'
 */
export function networkFailure(error: unknown): string | undefined {
  let current = error;
  // Causes can form a ring; nothing real is nested deeper than this.
  for (let depth = 0; depth < 8 && typeof current === 'object' && current !== null; depth += 1) {
    const code = 'code' in current ? current.code : undefined;
    if (
      typeof code === 'string' &&
      (systemCodes.has(code) || /^(UND_ERR|HPE|ERR_TLS|CERT|ERR_SSL)_/.test(code))
    ) {
      return code;
    }
    if (code === 'DEPTH_ZERO_SELF_SIGNED_CERT' || code === 'SELF_SIGNED_CERT_IN_CHAIN') return code;
    if (code === 'UNABLE_TO_VERIFY_LEAF_SIGNATURE') return code;
    current = nextError(current);
  }
  return undefined;
}

function nextError(error: object): unknown {
  // A host with several addresses fails with one error for each.
  if (error instanceof AggregateError && error.errors.length > 0) return error.errors[0];
  return 'cause' in error ? error.cause : undefined;
}
