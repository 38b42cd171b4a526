/** Repeats work, never twice at once; a failure is the next repetition's business. @param pause milliseconds */
export function every(pause: number, work: () => Promise<void>): NodeJS.Timeout {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    work()
      .catch(() => {})
      .finally(() => {
        busy = false;
      });
  }, pause);
  timer.unref();
  return timer;
}
