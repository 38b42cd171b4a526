/** Names steps: scope path + name + occurrence, so that a key means the same on every replay. */
export class Scope {
  readonly #path: string;
  readonly #counts = new Map<string, number>();

  constructor(path = '') {
    this.#path = path;
  }

  /** The key of the next step of this name. */
  next(name: string): string {
    const occurrence = (this.#counts.get(name) ?? 0) + 1;
    this.#counts.set(name, occurrence);
    return `${this.#path}${name}#${occurrence}`;
  }

  /** A scope of its own for a branch. */
  branch(name: string): Scope {
    return new Scope(`${this.next(name)}/`);
  }
}
