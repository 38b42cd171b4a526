import type { JournalView } from '../../../contract/view.ts';

/** Whether the run has asked for a tool that changes something. */
export const effectsAsked: JournalView<{ any: boolean }> = {
  name: 'effects-asked',
  initial: () => ({ any: false }),
  apply(state, { meta }) {
    if (meta.kind === 'tool.requested' && meta.effect !== 'read') state.any = true;
  },
};
