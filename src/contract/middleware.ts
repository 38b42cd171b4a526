/** What stands below a middleware. */
export type Next<Call, Result> = (call: Call) => Promise<Result>;

/** One control of a gateway. It may refuse, change the call, change the result, or call `next` again. */
export type Middleware<Call, Result> = {
  /** Unique in its pipeline; shown in errors, traces and tests. */
  readonly name: string;
  handle(call: Call, next: Next<Call, Result>): Promise<Result>;
};

/**
 * Composes a pipeline, outermost first, around what finally does the work.
 *
 * @example
 * const shout = { name: 'shout', handle: async (call: string, next: Next<string, string>) => (await next(call)).toUpperCase() };
 * await compose([shout], async (call) => `hello ${call}`)('you'); // 'HELLO YOU'
 */
export function compose<Call, Result>(
  pipeline: readonly Middleware<Call, Result>[],
  terminal: Next<Call, Result>,
): Next<Call, Result> {
  return pipeline.reduceRight<Next<Call, Result>>(
    (next, middleware) => (call) => middleware.handle(call, next),
    terminal,
  );
}
