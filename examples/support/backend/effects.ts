/** Something that was done, once, under its idempotency key. */
export type Effect = {
  key: string;
  kind: 'credit' | 'line-test' | 'credit-reversal';
  account: string;
  usd?: number;
};

/** A reply of the backend. */
export type Reply = { status: number; body: unknown };

/**
 * What was done, by idempotency key: the first request with a key has the effect, every further one gets the same
 * reply. A key that comes again with another request is refused, for it can only be a mistake.
 */
export class Effects {
  readonly #done = new Map<string, { request: string; reply: Reply; effect: Effect }>();

  /** Does it once. `request` tells whether a repeated key means the same request. */
  once(
    key: string,
    request: string,
    act: () => { reply: Reply; effect: Omit<Effect, 'key'> } | Reply,
  ): Reply {
    const done = this.#done.get(key);
    if (done !== undefined && done.request !== request) {
      return refuse(422, 'key_reused', 'This Idempotency-Key was used for another request. Use a new key.');
    }
    if (done !== undefined) return done.reply;
    const result = act();
    if (!('effect' in result)) return result;
    this.#done.set(key, { request, reply: result.reply, effect: { key, ...result.effect } });
    return result.reply;
  }

  /** All effects in order. */
  list(): Effect[] {
    return [...this.#done.values()].map(({ effect }) => effect);
  }
}

/** A reply that says what is wrong and what to do. */
export function refuse(status: number, code: string, message: string): Reply {
  return { status, body: { code, message } };
}
