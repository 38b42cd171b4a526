import type { Entry } from './entry.ts';

/**
 * State that is derived from a run's journal and from nothing else. A middleware that counts, sums or
 * remembers declares a view: it is right after a takeover, and a step that is entered twice counts once.
 */
export type JournalView<State> = {
  readonly name: string;
  initial(): State;
  /** Changes `state` in place. */
  apply(state: State, entry: Entry): void;
};

/**
 * @example
 * const toolCalls: JournalView<{ keys: Set<string> }> = {
 *   name: 'tool-calls',
 *   initial: () => ({ keys: new Set() }),
 *   apply: (state, { meta }) => void (meta.kind === 'tool.requested' && state.keys.add(meta.key)),
 * };
 */
export type Views = { of<State>(view: JournalView<State>): State };

/** Views over a list of entries that grows: each view folds what came since it was last asked. */
export class ViewSet implements Views {
  readonly #entries: readonly Entry[];
  readonly #states = new Map<JournalView<unknown>, { state: unknown; applied: number }>();

  constructor(entries: readonly Entry[]) {
    this.#entries = entries;
  }

  of<State>(view: JournalView<State>): State {
    let held = this.#states.get(view as JournalView<unknown>);
    if (held === undefined) {
      held = { state: view.initial(), applied: 0 };
      this.#states.set(view as JournalView<unknown>, held);
    }
    const state = held.state as State;
    for (; held.applied < this.#entries.length; held.applied += 1) {
      const entry = this.#entries[held.applied];
      if (entry !== undefined) view.apply(state, entry);
    }
    return state;
  }
}
