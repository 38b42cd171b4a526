import { createHash, randomUUID } from 'node:crypto';

export type Attributes = Record<string, { DataType: string; StringValue?: string }>;
export type HeldMessage = {
  id: string;
  body: string;
  attributes: Attributes;
  visibleAt: number;
  /** Of the last time that it was handed out. */
  receipt: string | undefined;
  received: number;
};

/** One standard queue: at least once, in any order. */
export class FakeQueue {
  readonly visibilityTimeout: number;
  readonly messages: HeldMessage[] = [];
  readonly #waiting = new Set<() => void>();
  /** Hands the next messages out newest first. */
  reversed = false;
  /** Hands so many messages out without hiding them, so that somebody else gets them as well. */
  doubled = 0;

  /** @param visibilityTimeout milliseconds for which a message that was handed out is hidden */
  constructor(visibilityTimeout: number) {
    this.visibilityTimeout = visibilityTimeout;
  }

  send(body: string, attributes: Attributes = {}): HeldMessage {
    const message: HeldMessage = {
      id: randomUUID(),
      body,
      attributes,
      visibleAt: 0,
      receipt: undefined,
      received: 0,
    };
    this.messages.push(message);
    this.#changed();
    return message;
  }

  /** Messages that nobody holds now: as soon as there are some, or none when the time is over. */
  async receive(limit: number, wait: number, hidden: number, signal: AbortSignal): Promise<HeldMessage[]> {
    const end = Date.now() + wait;
    for (;;) {
      if (signal.aborted) return [];
      const taken = this.#take(limit, hidden);
      if (taken.length > 0 || Date.now() >= end) return taken;
      await this.#change(end, signal);
    }
  }

  /** @returns whether there was one with this receipt */
  delete(receipt: string): boolean {
    const index = this.messages.findIndex((message) => message.receipt === receipt);
    if (index < 0) return false;
    this.messages.splice(index, 1);
    return true;
  }

  changeVisibility(receipt: string, hidden: number): boolean {
    const message = this.messages.find((held) => held.receipt === receipt);
    if (message === undefined) return false;
    message.visibleAt = Date.now() + hidden;
    this.#changed();
    return true;
  }

  #take(limit: number, hidden: number): HeldMessage[] {
    const ready = this.messages.filter(({ visibleAt }) => visibleAt <= Date.now());
    if (this.reversed) ready.reverse();
    const taken = ready.slice(0, limit);
    for (const message of taken) {
      message.received += 1;
      // One receipt for all deliveries of a message: whoever has it may delete it, as SQS mostly lets them.
      message.receipt ??= randomUUID();
      if (this.doubled > 0) this.doubled -= 1;
      else message.visibleAt = Date.now() + hidden;
    }
    return taken.map((message) => ({ ...message }));
  }

  #changed(): void {
    for (const wake of this.#waiting) wake();
  }

  #change(end: number, signal: AbortSignal): Promise<void> {
    const soonest = Math.min(
      end,
      ...this.messages.map(({ visibleAt }) => visibleAt).filter((at) => at > Date.now()),
    );
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.#waiting.delete(wake);
        resolve();
      };
      const timer = setTimeout(wake, Math.max(1, soonest - Date.now()));
      signal.addEventListener('abort', wake, { once: true });
      this.#waiting.add(wake);
    });
  }
}

export const md5 = (text: string) => createHash('md5').update(text).digest('hex');
