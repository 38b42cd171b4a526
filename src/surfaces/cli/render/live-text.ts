import { safeText } from './plain-text.ts';

/** What a model says while it says it, on a terminal; elsewhere nothing, for there the whole answer follows. */
export class LiveText {
  readonly #terminal: { out(text: string): void; interactive: boolean };
  #of: string | undefined;
  #spoken = '';
  #inLine = false;

  constructor(terminal: { out(text: string): void; interactive: boolean }) {
    this.#terminal = terminal;
  }

  /** All that was shown of the attempt that spoke last. */
  get spoken(): string {
    return this.#spoken;
  }

  add({ key, attempt, text }: { key: string; attempt: number; text: string }): void {
    if (!this.#terminal.interactive) return;
    const of = `${attempt} ${key}`;
    if (of !== this.#of) {
      this.breakLine();
      this.#of = of;
      this.#spoken = '';
    }
    const shown = safeText(text);
    if (shown === '') return;
    this.#terminal.out(shown);
    this.#spoken += shown;
    this.#inLine = !shown.endsWith('\n');
  }

  /** What follows begins on a line of its own. */
  breakLine(): void {
    if (this.#inLine) this.#terminal.out('\n');
    this.#inLine = false;
  }
}
