import type { Delta, RunEnd, RunListener } from '../../../foundation/journal/index.ts';
import type { ChatEvent } from './chat-call.ts';

/** What a chat has said since it was last asked, whoever heard it, and how it ended. */
export class ChatVoice implements RunListener {
  end: RunEnd | undefined;
  /** This process's worker has the run no longer. */
  hasLeft = false;
  #events: ChatEvent[] = [];
  #attempt = 0;
  #hasSpoken = false;
  #news = false;
  #wake: (() => void) | undefined;

  /** Of a later attempt: what was said before was said by one that was lost. Of an earlier one: nobody hears it. */
  onDelta({ attempt, text }: Pick<Delta, 'attempt' | 'text'>): void {
    if (attempt < this.#attempt || this.end !== undefined || text === '') return;
    if (attempt > this.#attempt && this.#hasSpoken) this.#events.push({ type: 'reset' });
    this.#attempt = attempt;
    this.#hasSpoken = true;
    this.#events.push({ type: 'delta', text });
    this.wake();
  }

  onEnd(end: RunEnd): void {
    this.end ??= end;
    this.wake();
  }

  onLeft(): void {
    this.hasLeft = true;
    this.wake();
  }

  take(): ChatEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** Resolves when there was news since it last resolved. One caller at a time. */
  changed(): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wake = undefined;
        this.#news = false;
        resolve();
      };
      if (this.#news) wake();
      else this.#wake = wake;
    });
  }

  wake(): void {
    this.#news = true;
    this.#wake?.();
  }
}
