import type { ModelResponse } from '../../../contract/model.ts';
import type { JournalView } from '../../../contract/view.ts';
import { callsOf } from '../cascade/answer-of.ts';

/** The key of the model step whose answer made a call, by the call's id; of equal ids the latest counts. */
export const callers: JournalView<Map<string, string>> = {
  name: 'tool-callers',
  initial: () => new Map(),
  apply(steps, { meta, body }) {
    if (meta.kind !== 'model.completed' || meta.outcome !== 'ok' || body?.output === undefined) return;
    for (const { toolCallId } of callsOf(body.output as unknown as ModelResponse))
      steps.set(toolCallId, meta.key);
  },
};
