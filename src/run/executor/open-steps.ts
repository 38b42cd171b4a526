import type { WaitReason } from '../../contract/entry.ts';

/** A step that can only go on when the run wakes. */
type Suspended = {
  reason: WaitReason;
  wakeAt: number | undefined;
  /** Inbox messages that the journal held when the step was entered: those it could look at. */
  seen: number;
  /** Starts its pipeline again at the top. */
  enter: () => void;
};

/** Timers of JavaScript hold 31 bits of milliseconds. No run stays awake for so long. */
export const LONGEST_ALARM = 2 ** 31 - 1;

/** The steps that the code waits for: those under way, and those that are suspended. */
export class OpenSteps {
  readonly #active = new Map<string, object>();
  readonly #suspended = new Map<string, Suspended>();
  readonly #listeners: (() => void)[] = [];

  /** Steps under way. */
  get active(): number {
    return this.#active.size;
  }

  get suspended(): number {
    return this.#suspended.size;
  }

  /** A step is entered. The token tells this entry from a later one of the same step. */
  enter(key: string): object {
    const token = {};
    this.#active.set(key, token);
    return token;
  }

  /** The entry is over. False when the step was suspended meanwhile: what it brings counts no more. */
  leave(key: string, token: object): boolean {
    if (this.#active.get(key) !== token) return false;
    this.#drop(key);
    return true;
  }

  suspend(key: string, suspended: Suspended): void {
    this.#suspended.set(key, suspended);
    this.#drop(key);
  }

  /** A step of a cancel: nothing is entered again before the run is, when its child has ended. */
  suspendForChild(key: string, child: string, seen: number): void {
    this.suspend(key, { reason: { for: 'child', key, child }, wakeAt: undefined, seen, enter: () => {} });
  }

  /** Hands out the suspended steps, to be entered again or forgotten. */
  takeSuspended(): Suspended[] {
    const suspended = [...this.#suspended.values()];
    this.#suspended.clear();
    return suspended;
  }

  /**
   * What the run waits for, and when it is due to wake by itself. `seen` counts the messages that every one of
   * these steps has looked at: what came while a step was on its way to wait must not be slept over.
   */
  get waiting(): { waitingFor: WaitReason[]; seen: number; wakeAt?: number } {
    const suspended = [...this.#suspended.values()];
    const times = suspended.flatMap(({ wakeAt }) => (wakeAt === undefined ? [] : [wakeAt]));
    const waitingFor = suspended.map(({ reason }) => reason);
    const seen = Math.min(...suspended.map((step) => step.seen));
    return times.length === 0 ? { waitingFor, seen } : { waitingFor, seen, wakeAt: Math.min(...times) };
  }

  /** Resolves when no step is under way any more, or after `grace` ms. */
  async quiet(grace?: number): Promise<void> {
    if (this.#active.size === 0) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#listeners.push(resolve);
    const timeout = grace === undefined ? undefined : setTimeout(resolve, grace);
    await promise;
    clearTimeout(timeout);
  }

  #drop(key: string): void {
    this.#active.delete(key);
    if (this.#active.size === 0) for (const tell of this.#listeners.splice(0)) tell();
  }
}
