/**
 * What a cache does may fail without harm: the call goes on as if nothing had been found or kept.
 *
 * @returns undefined when the work failed
 */
export async function quietly<Result>(work: Promise<Result>): Promise<Result | undefined> {
  try {
    return await work;
  } catch {
    return undefined;
  }
}
