import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';
import type { Answer } from './answer/compose-answer.ts';
import { composeAnswer } from './answer/compose-answer.ts';
import { fillResponse } from './answer/fill-response.ts';
import { phrases } from './answer/phrases.ts';
import type { Conversation } from './conversation/read-conversation.ts';
import { readConversation } from './conversation/read-conversation.ts';
import { detectLanguage } from './language/detect-language.ts';
import { confidenceOf } from './plan/confidence.ts';
import type { PlannedCall } from './plan/intent.ts';
import { nextStep } from './plan/next-step.ts';
import { resume } from './plan/resume.ts';
import type { ToolProfile } from './rank/tool-profile.ts';
import { profileTool } from './rank/tool-profile.ts';
import type { Message } from './request/read-message.ts';
import { readMessage, sourceOf } from './request/read-message.ts';
import { leavesOf } from './slots/from-results.ts';

/** What the model says to a prompt: calls, or a text. */
export type Response =
  | { kind: 'calls'; calls: readonly PlannedCall[]; confidence: number; files: number }
  | { kind: 'text'; text: string; confidence: number; files: number };

const profilesOf = ({ tools, toolChoice }: LanguageModelV4CallOptions): ToolProfile[] => {
  if (toolChoice?.type === 'none') return [];
  return (tools ?? [])
    .filter((tool) => tool.type === 'function')
    .filter((tool) => toolChoice?.type !== 'tool' || tool.name === toolChoice.toolName)
    .map(profileTool);
};

/** The longest message that is read, and how many earlier ones are remembered: a call stays within milliseconds. */
const longestMessage = 4000;
const mostRemembered = 10;

/** What was only spoken of to keep away from it is no memory to act on. */
const warned = /\b(?:don't|do not|never|not|no|nunca|jamas)\b/;

const memoryOf = (conversation: Conversation, message: Message, now: Date) =>
  conversation.turns
    .slice(-1 - mostRemembered, -1)
    .toReversed()
    .filter((turn) => !warned.test(turn.text.toLowerCase()))
    .map((turn) =>
      sourceOf(turn.text.slice(0, longestMessage), detectLanguage(turn.text, message.language), now),
    );

const withoutTools = (message: Message): Answer => {
  const said = phrases[message.language];
  if (message.wantsPerson) return { text: said.person, confidence: confidenceOf.person };
  if (message.smallTalk !== undefined)
    return { text: said[message.smallTalk], confidence: confidenceOf.smallTalk };
  return { text: said.abstention, confidence: confidenceOf.abstention };
};

const asJson = (
  options: LanguageModelV4CallOptions,
  answer: Answer,
  conversation: Conversation,
  message: Message,
): Answer => {
  if (options.responseFormat?.type !== 'json') return answer;
  const { schema } = options.responseFormat;
  const abstains = answer.confidence <= confidenceOf.abstention;
  if (schema === undefined)
    return { text: JSON.stringify({ answer: answer.text }), confidence: answer.confidence };
  const results = conversation.turns
    .flatMap((turn) => turn.uses)
    .toReversed()
    .flatMap(({ reply }) => (reply?.outcome === 'succeeded' ? [leavesOf(reply.value)] : []));
  const sources = [message.source];
  const { value, complete } = fillResponse(schema, sources, results, abstains ? '' : answer.text);
  const confidence = complete ? Math.max(answer.confidence, confidenceOf.notFound) : confidenceOf.abstention;
  return { text: JSON.stringify(value), confidence };
};

/** Reads the present message; one that is too long is read in part, and then nothing may be changed. */
const presentMessage = (conversation: Conversation, now: Date): Message => {
  const earlier = conversation.turns.slice(-1 - mostRemembered, -1).map((turn) => turn.text);
  const text = conversation.turns.at(-1)?.text ?? '';
  const fallback = detectLanguage(earlier.join('\n').slice(0, longestMessage));
  const message = readMessage(text.slice(0, longestMessage), fallback, now);
  return text.length > longestMessage ? { ...message, holdsBack: true } : message;
};

/**
 * The whole model as a function of its input: reads the conversation, understands the user's message, decides on
 * calls or composes the answer. Only words of the user choose tools; results offer values, never instructions.
 */
export function respond(options: LanguageModelV4CallOptions, now: Date): Response {
  const conversation = readConversation(options.prompt);
  const { files } = conversation;
  const message = presentMessage(conversation, now);
  const tools = profilesOf(options);
  const finish = (answer: Answer): Response => ({
    kind: 'text',
    ...asJson(options, answer, conversation, message),
    files,
  });
  if (message.wantsPerson || message.smallTalk !== undefined) return finish(withoutTools(message));
  const memory = memoryOf(conversation, message, now);
  const understanding = resume({ message, tools, memory, now }, conversation);
  if (understanding.intents.length === 0) return finish(withoutTools(message));
  const step = nextStep(understanding, conversation, tools);
  if (step.kind === 'call') return { ...step, kind: 'calls', files };
  return finish(composeAnswer(step.states, understanding.leftovers, message.language));
}
