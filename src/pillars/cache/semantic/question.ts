import type { ModelRequest } from '../../../contract/model.ts';

/** Longer texts are documents rather than questions: no two of them ask the same. */
const LONGEST_QUESTION = 2_000;

/** What a model reads and neither a person nor the guard sees: it would make an answer that others are given. */
const HIDDEN = /[\p{Default_Ignorable_Code_Point}\p{Co}\p{Cn}\p{Cs}]|(?![\t\n\r])\p{Cc}/u;

/**
 * A request of one turn, as its question and all the rest; undefined for any other: what was said before makes the
 * same words mean something else. A question with characters that are not seen is none.
 */
export function questionOf(request: ModelRequest): { question: string; rest: ModelRequest } | undefined {
  const last = request.prompt.at(-1);
  const earlier = request.prompt.slice(0, -1);
  if (last?.role !== 'user' || earlier.some(({ role }) => role !== 'system')) return undefined;
  let question = '';
  for (const part of last.content) {
    if (part.type !== 'text') return undefined;
    question += part.text;
  }
  if (question.trim() === '' || question.length > LONGEST_QUESTION || HIDDEN.test(question)) return undefined;
  return { question, rest: { ...request, prompt: earlier } };
}
