/**
 * Runs a check so that what it throws points at the line that called `caller`, not into the check.
 * A trace holds ten frames: without this the author's own line may not be among them.
 */
export function atCaller<Result>(caller: (definition: never) => unknown, check: () => Result): Result {
  try {
    return check();
  } catch (error) {
    if (error instanceof Error) Error.captureStackTrace(error, caller);
    throw error;
  }
}
