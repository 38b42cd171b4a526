/**
 * The result of some work, or an error once `limit` milliseconds have passed: a broker that took the
 * connection and answers nothing must not hold up its caller. The work itself goes on.
 */
export async function inTime<Result>(limit: number, work: Promise<Result>): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${limit} ms`)), limit);
    timer.unref();
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
