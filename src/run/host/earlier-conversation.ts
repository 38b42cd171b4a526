import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { Json } from '../../contract/json.ts';
import { summarise } from './compaction.ts';
import type { HostExecution } from './execution.ts';
import { type ConversationRecord, recordMessages } from './record-messages.ts';
import type { Scope } from './scope.ts';

/** What a session step tells of a conversation that does not fit whole. One that does is the list of its messages. */
export type EarlierConversation = ConversationRecord & {
  /** The latest turns. */
  messages: Json[];
  /** Turns that no summary covers yet. */
  leaving?: {
    text: string;
    /** The last of them. */
    upTo: string;
    /** Tokens that their summary may have. */
    tokens: number;
  };
};

/** What was said in the session before this run; what no longer fits is summed up first. */
export async function earlierConversation(
  execution: HostExecution,
  scope: Scope,
): Promise<LanguageModelV4Prompt> {
  if (execution.run.session === undefined) return [];
  const told = await execution.call(scope.next('session'), { operation: 'session' });
  if (Array.isArray(told)) return told as unknown as LanguageModelV4Prompt;
  const { messages, summary, excerpt, leaving } = told as unknown as EarlierConversation;
  const anew =
    leaving === undefined
      ? undefined
      : await summarise(execution, scope.branch('compact:session'), { before: summary, ...leaving });
  // The excerpt is another at each turn: it stands last, so that what is before it stays the same for caches.
  return [
    ...recordMessages({ summary: anew ?? summary }),
    ...(messages as unknown as LanguageModelV4Prompt),
    ...recordMessages({ excerpt }),
  ];
}
