import type { JournalView } from '../../contract/view.ts';

export type Calls = { modelCalls: number; toolCalls: number };

/** Calls of children: those that have ended made so many, those that run may make so many. */
export type ChildCalls = {
  made: Calls;
  /** By step key. */
  allowed: Map<string, Calls>;
};

/** Counts the calls of children. What versions before did not write down counts nothing. */
export const childCalls: JournalView<ChildCalls> = {
  name: 'child-calls',
  initial: () => ({ made: { modelCalls: 0, toolCalls: 0 }, allowed: new Map() }),
  apply(state, { meta }) {
    switch (meta.kind) {
      case 'child.started': {
        const { modelCalls = 0, toolCalls = 0 } = meta.allowance;
        state.allowed.set(meta.key, { modelCalls, toolCalls });
        break;
      }
      case 'child.completed':
        state.allowed.delete(meta.key);
        add(state.made, { modelCalls: meta.modelCalls ?? 0, toolCalls: meta.toolCalls ?? 0 });
        break;
    }
  },
};

/** All calls that children have made or may make. */
export function callsOf({ made, allowed }: ChildCalls): Calls {
  const sum = { ...made };
  for (const calls of allowed.values()) add(sum, calls);
  return sum;
}

function add(sum: Calls, { modelCalls, toolCalls }: Calls): void {
  sum.modelCalls += modelCalls;
  sum.toolCalls += toolCalls;
}
