import type { Json } from '../../contract/json.ts';
import type { JournalView } from '../../contract/view.ts';

/** What the run was asked: the user's message as an agent's prompt holds it. */
export const runInput: JournalView<{ text: string | undefined }> = {
  name: 'run-input',
  initial: () => ({ text: undefined }),
  apply(state, { meta, body }) {
    if (meta.kind === 'run.created') state.text = asText(body?.input ?? null);
  },
};

/** A text as it is; anything else as JSON. */
export function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
