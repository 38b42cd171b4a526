import { describe, expect, it } from 'vitest';
import type { Entry, PromptDelta } from '../../contract/entry.ts';
import type { Json } from '../../contract/json.ts';
import { ViewSet } from '../../contract/view.ts';
import { promptDelta } from './prompt-delta.ts';

const say = (text: string): Json => ({ role: 'user', content: [{ type: 'text', text }] });

/** A journal of model calls; `call` records one with its prompt as a delta, and `prompts` reads the prompts back. */
function journalOfCalls() {
  const entries: Entry[] = [];
  const views = new ViewSet(entries);
  const record = (key: string, prompt: PromptDelta) =>
    void entries.push({
      meta: { kind: 'model.completed', key, outcome: 'ok', durationMs: 1, at: 0 },
      body: { prompt },
    });
  return {
    views,
    record,
    call(key: string, messages: Json[]): PromptDelta {
      const prompt = promptDelta(views, key, messages);
      record(key, prompt);
      return prompt;
    },
    /** As a reader of the journal puts them together: by the step that each delta names. */
    prompts(): Record<string, Json[]> {
      const whole: Record<string, Json[]> = {};
      for (const { meta, body } of entries) {
        if (meta.kind !== 'model.completed' || body?.prompt === undefined) continue;
        const { from, keep, messages } = body.prompt;
        whole[meta.key] = [...(from === null ? [] : (whole[from] ?? []).slice(0, keep)), ...messages];
      }
      return whole;
    },
  };
}

describe('what is new in a prompt', () => {
  it('is all of it at the first call', () => {
    const { call } = journalOfCalls();
    expect(call('model#1', [say('a')])).toEqual({ from: null, keep: 0, messages: [say('a')] });
  });

  it('is what was added since the call before', () => {
    const { call } = journalOfCalls();
    call('model#1', [say('a'), say('b')]);
    expect(call('model#2', [say('a'), say('b'), say('c')])).toEqual({
      from: 'model#1',
      keep: 2,
      messages: [say('c')],
    });
  });

  it('starts where the two begin to differ', () => {
    const { call } = journalOfCalls();
    call('model#1', [say('a'), say('b'), say('c')]);
    expect(call('model#2', [say('a'), say('x')])).toEqual({ from: 'model#1', keep: 1, messages: [say('x')] });
  });

  it('is nothing when the same is asked again, or less', () => {
    const { call } = journalOfCalls();
    call('model#1', [say('a'), say('b')]);
    expect(call('model#2', [say('a'), say('b')])).toEqual({ from: 'model#1', keep: 2, messages: [] });
    expect(call('model#3', [say('a')])).toEqual({ from: 'model#2', keep: 1, messages: [] });
  });

  it('is all of it when the two share no beginning', () => {
    const { call } = journalOfCalls();
    call('model#1', [say('a'), say('b')]);
    expect(call('model#2', [say('b')])).toEqual({ from: null, keep: 0, messages: [say('b')] });
  });

  it('does not depend on the order of a message’s fields', () => {
    const { call } = journalOfCalls();
    call('model#1', [{ role: 'user', content: 'a' }]);
    expect(call('model#2', [{ content: 'a', role: 'user' }])).toMatchObject({ keep: 1, messages: [] });
  });

  it('is measured by the calls of the same scope: branches do not disturb each other', () => {
    const { call } = journalOfCalls();
    call('all#1/a#1/model#1', [say('a')]);
    call('all#1/b#1/model#1', [say('b')]);
    expect(call('all#1/a#1/model#2', [say('a'), say('c')])).toMatchObject({
      from: 'all#1/a#1/model#1',
      keep: 1,
    });
    expect(call('model#1', [say('a')])).toMatchObject({ from: null });
  });

  it('grows with what is said, not with its square', () => {
    const { call } = journalOfCalls();
    const prompt: Json[] = [];
    let stored = 0;
    for (let turn = 1; turn <= 50; turn += 1) {
      prompt.push(say(`${turn}`));
      stored += call(`model#${turn}`, [...prompt]).messages.length;
    }
    expect(stored).toBe(50);
  });

  it('puts every prompt together again, also of calls that were under way side by side', () => {
    const { views, record, call, prompts } = journalOfCalls();
    const asked = {
      'model#1': [say('a'), say('b')],
      'model#2': [say('a'), say('x'), say('y')],
      'model#3': [say('a'), say('b'), say('c')],
      'model#4': [say('a'), say('b'), say('c'), say('d')],
    };
    call('model#1', asked['model#1']);
    // Both begin when the first has ended; what each adds is worked out when it is written down.
    record('model#2', promptDelta(views, 'model#2', asked['model#2']));
    record('model#3', promptDelta(views, 'model#3', asked['model#3']));
    call('model#4', asked['model#4']);
    expect(prompts()).toEqual(asked);
  });
});
