import type { ToolUse } from '../conversation/read-conversation.ts';
import type { Language } from '../language/detect-language.ts';
import { splitName } from '../language/tokenise.ts';
import { confidenceOf } from '../plan/confidence.ts';
import type { IntentState, Obstacle } from '../plan/intent-state.ts';
import type { Slot } from '../slots/schema.ts';
import { describeResult, isEmptyResult } from './describe-result.ts';
import { failureText, saysAbsent } from './failure-text.ts';
import { fieldName } from './field-name.ts';
import { phrases } from './phrases.ts';

/** A text with how sure the model is that it serves the user. */
export type Answer = { text: string; confidence: number };

const longestHint = 80;

const sayTool = (name: string): string => splitName(name);

const saySlot = (slot: Slot, language: Language): string => {
  const name = fieldName(slot.name, language)
    .toLowerCase()
    .replace(/\busd\b/, 'USD');
  const choices = (slot.schema.choices ?? []).map(({ value }) => String(value)).join(', ');
  if (choices !== '' && choices.length <= longestHint) return `${name} (${choices})`;
  const hint = (slot.schema.description.split(/(?<=[.;])\s/)[0] ?? '').replace(/[.;]$/, '');
  return hint === '' || hint.length > longestHint || language !== 'en' ? name : `${name} (${hint})`;
};

const sayObstacle = (obstacle: Obstacle, language: Language): string => {
  const said = phrases[language];
  if (obstacle.kind === 'missing') {
    return said.missing(obstacle.slots.map((slot) => saySlot(slot, language)).join(', '));
  }
  const name = fieldName(obstacle.slot.name, language).toLowerCase();
  if (obstacle.kind === 'refused') return said.refused(name, obstacle.said);
  return said.ambiguous(name, obstacle.values.slice(0, 5).map(String).join(` ${said.or} `));
};

const sayUse = (use: ToolUse, state: IntentState, language: Language): Answer => {
  const { tool, clause, confidence } = state.intent;
  const said = phrases[language];
  const what = sayTool(use.toolName);
  const reply = use.reply ?? { outcome: 'failed', value: null };
  if (reply.outcome === 'denied')
    return { text: said.denied(what, failureText(reply.value)), confidence: confidenceOf.denial };
  if (reply.outcome === 'failed') {
    const text = said.failed(what, failureText(reply.value));
    return { text, confidence: saysAbsent(reply.value) ? confidenceOf.notFound : confidenceOf.failure };
  }
  const isGoal = use.toolName === tool.name;
  if (isGoal && tool.effect !== 'read') {
    const details = isEmptyResult(reply.value)
      ? what
      : `${what}. ${describeResult(reply.value, '', language)}`;
    return { text: said.done(details), confidence: Math.max(confidence, confidenceOf.notFound) };
  }
  if (isEmptyResult(reply.value)) return { text: said.nothingFound(what), confidence: confidenceOf.notFound };
  return { text: endSentence(describeResult(reply.value, clause.text, language)), confidence };
};

const endSentence = (text: string): string => (/[.!?…]$/.test(text) ? text : `${text}.`);

const sayState = (state: IntentState, language: Language): Answer[] => {
  const answers = state.uses.map((use) => sayUse(use, state, language));
  if (state.obstacle !== undefined) {
    const failed = state.lookups.filter(
      (use) => use.reply?.outcome !== 'succeeded' || isEmptyResult(use.reply.value),
    );
    answers.push(...failed.map((use) => sayUse(use, state, language)));
    const text = sayObstacle(state.obstacle, language);
    if (failed.length === 0) answers.push({ text, confidence: confidenceOf.question });
  }
  for (const call of state.calls) {
    answers.push({
      text: phrases[language].notMade(sayTool(call.tool.name)),
      confidence: confidenceOf.failure,
    });
  }
  return answers;
};

/**
 * Composes the answer of a turn from what its calls returned: one line an intent, in the user's language. It says
 * what failed, what was denied, what is missing and what was not served, and its confidence is the least of them.
 */
export function composeAnswer(
  states: readonly IntentState[],
  leftovers: readonly string[],
  language: Language,
): Answer {
  const answers = states.flatMap((state) => sayState(state, language));
  for (const words of leftovers)
    answers.push({ text: phrases[language].unserved(words), confidence: confidenceOf.failure });
  const lines = [...new Set(answers.map(({ text }) => text))];
  return { text: lines.join('\n'), confidence: Math.min(...answers.map(({ confidence }) => confidence)) };
}
