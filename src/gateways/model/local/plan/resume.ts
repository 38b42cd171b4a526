import type { Conversation, Turn } from '../conversation/read-conversation.ts';
import { detectLanguage } from '../language/detect-language.ts';
import { featuresOf } from '../language/features.ts';
import { readMessage } from '../request/read-message.ts';
import type { Intent, Understanding } from './intent.ts';
import type { Situation } from './intent-of.ts';
import { understand } from './understand.ts';

const mostNewWords = 3;
/** Words that make a value no answer: "not AC-1042". A question mark makes it none to an order. */
const negated = /\b(?:not|no|don't|never|or|except|nor|nunca|ni|o|menos|salvo)\b/;

/** Whether a message only completes another: values and hardly a word of its own ("AC-1042", "it is 5 dollars"). */
const isCompletion = (situation: Situation): boolean => {
  const { message } = situation;
  if (message.text.trim() === '' || message.holdsBack || negated.test(message.text.toLowerCase()))
    return false;
  const hasValue = message.clauses.length > 0;
  const core = message.clauses.map((clause) => clause.core).join(' ');
  const words = featuresOf(core, message.language).filter((feature) => !feature.known);
  return hasValue && words.length <= mostNewWords && !message.clauses.some((clause) => clause.refused);
};

const changedSomething = (turn: Turn, intent: Intent): boolean =>
  turn.uses.some((use) => use.toolName === intent.tool.name);

/**
 * Understands the present message; one that is no wish of its own completes the wish of the turn before, when the
 * assistant had asked something ("AC-1042" after "Which account?"), or, for tools that only read, repeats it for
 * another value ("and AC-1043?"). A change that was already called for is never repeated this way.
 */
export function resume(situation: Situation, conversation: Conversation): Understanding {
  const own = understand(situation);
  const before = conversation.turns.at(-2);
  if (own.intents.length > 0 || before === undefined || !isCompletion(situation)) return own;
  const earlier = readMessage(
    before.text,
    detectLanguage(before.text, situation.message.language),
    situation.now,
  );
  const olderMemory = situation.memory.filter((source) => source.text !== before.text);
  const previous = understand({ ...situation, message: earlier, memory: olderMemory });
  const asked = before.answer.includes('?') && !situation.message.text.includes('?');
  const present = situation.message.source;
  const intents = previous.intents
    .filter((intent) => (intent.tool.effect === 'read' ? true : asked && !changedSomething(before, intent)))
    .map(
      (intent): Intent => ({ ...intent, sources: [present, ...intent.sources], present: intent.present + 1 }),
    );
  return intents.length > 0 ? { intents, leftovers: [] } : own;
}
