import type { Delta } from '../../foundation/journal/index.ts';

/** Pieces of less than this wait for more: a notification for every token would cost more than the token. */
const PAUSE = 40;

/** Collects a model's text and sends it on in pieces. Losing a piece is no harm, so failures are ignored. */
export function liveText(key: string, publish: (delta: Delta) => Promise<void>) {
  let text = '';
  let attempt = 1;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> = Promise.resolve();

  const send = () => {
    clearTimeout(timer);
    timer = undefined;
    if (text === '') return;
    const delta = { key, attempt, text };
    text = '';
    // One after the other, so that pieces arrive in order.
    sending = sending.then(() => publish(delta)).catch(() => {});
  };
  return {
    add(delta: { text: string; attempt: number }) {
      if (delta.attempt !== attempt) send();
      attempt = delta.attempt;
      text += delta.text;
      timer ??= setTimeout(send, PAUSE);
    },
    async flush() {
      send();
      await sending;
    },
    drop() {
      clearTimeout(timer);
      text = '';
    },
  };
}
