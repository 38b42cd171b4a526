import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';

/** Messages of a prompt that stay or go together, by their places. */
export type PromptGroup = {
  places: number[];
  /** It never goes: the system's, the user's present message, what is pinned, the latest. */
  fixed: boolean;
};

export type GroupingOptions = {
  /** The text of the user's present message. Default: the user's last one. */
  question?: string | undefined;
  /** Tools whose latest result stays. */
  pinnedTools: ReadonlySet<string>;
};

/**
 * A prompt in groups: a turn of the past (what the user said and all that followed), or, in the present turn, one
 * answer of the model with the results of its calls. So no call is ever parted from its result.
 */
export function promptGroups(
  prompt: LanguageModelV4Prompt,
  { question, pinnedTools }: GroupingOptions,
): PromptGroup[] {
  const lastUser = prompt.findLastIndex(({ role }) => role === 'user');
  const asked = prompt.findLastIndex((message) => message.role === 'user' && textOf(message) === question);
  const present = asked < 0 ? lastUser : asked;
  const pinned = latestResults(prompt, pinnedTools);
  const groups: PromptGroup[] = [];
  for (const [place, message] of prompt.entries()) {
    const fixed =
      message.role === 'system' ||
      isPinned(message) ||
      pinned.has(place) ||
      place === present ||
      place === lastUser ||
      place === prompt.length - 1;
    const last = groups.at(-1);
    if (last !== undefined && joins(prompt, place, present)) {
      last.places.push(place);
      last.fixed ||= fixed;
    } else groups.push({ places: [place], fixed });
  }
  return groups;
}

/** True for a message that is a record of what left the window. */
export function isPinned(message: LanguageModelV4Message): boolean {
  return message.providerOptions?.bulkhead?.pinned === true;
}

/** Whether a message belongs to the group of the one before it. */
function joins(prompt: LanguageModelV4Prompt, place: number, present: number): boolean {
  const message = prompt[place];
  const before = prompt[place - 1];
  if (message === undefined || before === undefined || isPinned(message) || isPinned(before)) return false;
  if (message.role === 'tool') return before.role === 'assistant' || before.role === 'tool';
  return message.role === 'assistant' && place < present && before.role !== 'system';
}

function latestResults(prompt: LanguageModelV4Prompt, tools: ReadonlySet<string>): Set<number> {
  const latest = new Map<string, number>();
  for (const [place, message] of prompt.entries()) {
    if (message.role !== 'tool') continue;
    for (const part of message.content) {
      if (part.type === 'tool-result' && tools.has(part.toolName)) latest.set(part.toolName, place);
    }
  }
  return new Set(latest.values());
}

function textOf(message: LanguageModelV4Message): string {
  if (typeof message.content === 'string') return message.content;
  return message.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
}
