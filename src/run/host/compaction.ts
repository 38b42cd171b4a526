import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import { BulkheadError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import type { DefinitionManifest } from '../../contract/manifest.ts';
import type { ModelRequest, ModelResponse } from '../../contract/model.ts';
import { isPinned, promptGroups } from '../../pillars/window/prompt-groups.ts';
import { summaryRequest, summaryText } from './compaction-request.ts';
import { compactionText } from './compaction-text.ts';
import type { HostExecution } from './execution.ts';
import { recordMessages, recordText } from './record-messages.ts';
import { roughTokens } from './rough-tokens.ts';
import type { Scope } from './scope.ts';

/** Where the agent does not say. */
const COMPACT_AT = 0.7;
const KEEP_TURNS = 20;

/** What stays as it was said may fill half of what it is compacted at, so that there is room for what comes. */
const KEPT = 0.5;

/** Less than this part of the window is not worth a call. */
const WORTH = 0.1;

/** The longest summary, in tokens and as a part of the window. */
const SUMMARY_TOKENS = 1_024;
const SUMMARY_PART = 8;

/**
 * Sums up what is oldest in a prompt before it would have to be dropped. It decides by what the journal holds, the
 * recorded answers, so that a replay compacts at the same places; an answer that tells of no window asks for nothing.
 */
export class Compaction {
  readonly #manifest: DefinitionManifest;
  readonly #question: string;
  readonly #execution: HostExecution;
  readonly #scope: Scope;
  /** Nobody sums up: what is oldest is left out without. */
  #failed = false;

  constructor(manifest: DefinitionManifest, question: string, execution: HostExecution, scope: Scope) {
    this.#manifest = manifest;
    this.#question = question;
    this.#execution = execution;
    this.#scope = scope;
  }

  /**
   * Makes room in the prompt of the next call, where it is short of it. All calls of the last answer have their
   * results in it.
   *
   * @param asked how many of its messages the answer was given to
   */
  async fit(prompt: LanguageModelV4Prompt, asked: number, { window }: ModelResponse): Promise<void> {
    if (window === undefined || this.#failed) return;
    const { compactAt = COMPACT_AT } = this.#manifest.window ?? {};
    const most = compactAt * window.limit;
    if (window.tokens + tokensOf(prompt.slice(asked)) < most) return;
    const { kept, leaving, records } = this.#part(prompt, most * KEPT);
    if (tokensOf(leaving) < WORTH * window.limit) return;
    const before = records.flatMap((message) => recordText(message) ?? []).join('\n\n');
    const summary = await summarise(this.#execution, this.#scope.branch('compact'), {
      before: before === '' ? undefined : before,
      text: compactionText(leaving, most * KEPT),
      tokens: summaryTokens(window.limit),
    });
    if (summary === undefined) {
      this.#failed = true;
      return;
    }
    const start = kept.findIndex(({ role }) => role !== 'system');
    prompt.splice(
      0,
      prompt.length,
      ...kept.slice(0, start),
      ...recordMessages({ summary }),
      ...kept.slice(start),
    );
  }

  /** Latest first: what stays as it is, as far as it fits. */
  #part(prompt: LanguageModelV4Prompt, room: number) {
    const { keepTurns = KEEP_TURNS } = this.#manifest.window ?? {};
    const pinnedTools = new Set(
      this.#manifest.tools.flatMap(({ name, pin }) => (pin === true ? [name] : [])),
    );
    const groups = promptGroups(prompt, { question: this.#question, pinnedTools });
    const out = new Set<number>();
    let turns = 0;
    let tokens = 0;
    for (const { places, fixed } of groups.toReversed()) {
      if (fixed) continue;
      turns += 1;
      tokens += tokensOf(places.flatMap((place) => prompt[place] ?? []));
      if (turns > keepTurns || tokens > room) for (const place of places) out.add(place);
    }
    const records = prompt.filter(isPinned);
    return {
      kept: prompt.filter((message, place) => !out.has(place) && !isPinned(message)),
      leaving: prompt.filter((_, place) => out.has(place)),
      records,
    };
  }
}

/** How long a summary may be in a window in which a prompt may have so many tokens. */
export function summaryTokens(limit: number): number {
  return Math.min(SUMMARY_TOKENS, Math.floor(limit / SUMMARY_PART));
}

/** A model step of its own scope. Undefined when no model could: the run goes on without. */
export async function summarise(
  execution: HostExecution,
  scope: Scope,
  material: Parameters<typeof summaryRequest>[0],
): Promise<string | undefined> {
  const request: ModelRequest = summaryRequest(material);
  try {
    const answer: Json = await execution.call(scope.next('model'), { operation: 'model', request });
    return summaryText(answer as unknown as ModelResponse);
  } catch (error) {
    if (!BulkheadError.isInstance(error) || error.endsRun) throw error;
    return undefined;
  }
}

function tokensOf(messages: LanguageModelV4Prompt): number {
  return messages.reduce((sum, message) => sum + roughTokens(JSON.stringify(message)), 0);
}
