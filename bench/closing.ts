/** Ends something that the bench started; also after a failure of whatever else was started. */
type Close = () => Promise<void> | void;

const open: Close[] = [];
let closed: Promise<void> | undefined;

/**
 * Remembers what must end with the bench: at its end, on a failure and on Ctrl-C, what was started last first.
 *
 * @returns ends it now, once
 */
export function closeAtEnd(close: Close): () => Promise<void> {
  open.push(close);
  return async () => {
    const place = open.indexOf(close);
    if (place < 0) return;
    open.splice(place, 1);
    await close();
  };
}

/** Ends all that is still there. Calling it again waits for the same end. */
export function closeAll(): Promise<void> {
  closed ??= (async () => {
    for (const close of open.splice(0).reverse()) {
      await Promise.resolve(close()).catch((error: unknown) => console.error(String(error)));
    }
  })();
  return closed;
}

/** Whatever fails from now on fails because its database is being taken away. */
export function isClosing(): boolean {
  return closed !== undefined;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    void closeAll().finally(() => process.exit(signal === 'SIGINT' ? 130 : 143));
  });
}
process.on('uncaughtException', (error) => {
  if (isClosing()) return;
  console.error(error);
  void closeAll().finally(() => process.exit(1));
});
