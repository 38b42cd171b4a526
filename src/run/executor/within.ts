/** Waits for something, but no longer than `time` ms. */
export async function within(time: number, work: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timeout = setTimeout(resolve, time);
  await Promise.race([work, promise]);
  clearTimeout(timeout);
}
