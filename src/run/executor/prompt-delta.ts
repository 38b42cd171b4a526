import type { PromptDelta } from '../../contract/entry.ts';
import { canonicalJson, type Json } from '../../contract/json.ts';
import type { JournalView, Views } from '../../contract/view.ts';

type LastPrompts = { byScope: Map<string, { key: string; messages: Json[] }> };

const lastPrompts: JournalView<LastPrompts> = {
  name: 'last-prompts',
  initial: () => ({ byScope: new Map() }),
  apply(state, { meta, body }) {
    if (meta.kind !== 'model.completed' || body?.prompt === undefined) return;
    const scope = scopeOf(meta.key);
    const kept =
      body.prompt.from === null ? [] : (state.byScope.get(scope)?.messages.slice(0, body.prompt.keep) ?? []);
    state.byScope.set(scope, { key: meta.key, messages: [...kept, ...body.prompt.messages] });
  },
};

/**
 * What is new in a prompt. An agent's prompt grows by a few messages a call; storing each one whole
 * would make the journal of n calls n² long.
 */
export function promptDelta(views: Views, key: string, messages: Json[]): PromptDelta {
  const last = views.of(lastPrompts).byScope.get(scopeOf(key));
  if (last === undefined) return { from: null, keep: 0, messages };
  let keep = 0;
  while (
    keep < messages.length &&
    keep < last.messages.length &&
    canonicalJson(messages[keep]) === canonicalJson(last.messages[keep])
  ) {
    keep += 1;
  }
  return keep === 0
    ? { from: null, keep: 0, messages }
    : { from: last.key, keep, messages: messages.slice(keep) };
}

/** A key without its own name: model steps of one scope follow each other. */
function scopeOf(key: string): string {
  return key.slice(0, key.lastIndexOf('/') + 1);
}
