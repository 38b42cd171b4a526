import type { Delta } from '../../../foundation/journal/index.ts';
import type { RunStanding } from './run-watcher.ts';

/** Characters of live text that wait for a slow reader at most. */
const TEXT_HELD = 256 * 1024;

/** One watcher's view of one run: how it stands, and the text that came since it last asked. */
export class Watch {
  readonly #onClose: () => void;
  #standing: RunStanding | undefined;
  #deltas: Delta[] = [];
  #held = 0;
  #muted = new Set<string>();
  #ended = false;
  #news = false;
  #wake: (() => void) | undefined;

  constructor(standing: RunStanding | undefined, onClose: () => void) {
    this.#standing = standing;
    this.#onClose = onClose;
  }

  /** As of the last look; undefined before the first. */
  get standing(): RunStanding | undefined {
    return this.#standing;
  }

  /** The server closes: there will be no more news. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Resolves when there was news since it last resolved, at the end, or when the signal fires. One caller at a time. */
  changed(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wake = undefined;
        this.#news = false;
        signal.removeEventListener('abort', wake);
        resolve();
      };
      if (this.#news || this.#ended || signal.aborted) return wake();
      this.#wake = wake;
      signal.addEventListener('abort', wake, { once: true });
    });
  }

  takeDeltas(): Delta[] {
    const deltas = this.#deltas;
    this.#deltas = [];
    this.#held = 0;
    return deltas;
  }

  close(): void {
    this.#onClose();
  }

  /** For the watcher: the run stands otherwise now. */
  stand(standing: RunStanding): void {
    this.#standing = standing;
    this.#tell();
  }

  /** For the watcher: a model spoke. A reader that cannot follow gets no more of that attempt: the journal has it whole. */
  say(delta: Delta): void {
    const attempt = `${delta.attempt} ${delta.key}`;
    if (this.#muted.has(attempt)) return;
    if (this.#held + delta.text.length > TEXT_HELD) {
      for (const { attempt: number, key } of this.#deltas) this.#muted.add(`${number} ${key}`);
      this.#muted.add(attempt);
      this.takeDeltas();
      return;
    }
    this.#held += delta.text.length;
    this.#deltas.push(delta);
    this.#tell();
  }

  /** For the watcher: no more news. */
  end(): void {
    this.#ended = true;
    this.#tell();
  }

  #tell(): void {
    this.#news = true;
    this.#wake?.();
  }
}
