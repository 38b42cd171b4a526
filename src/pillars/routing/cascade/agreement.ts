import { canonicalJson } from '../../../contract/json.ts';
import type { ModelRequest, ModelResponse } from '../../../contract/model.ts';
import { answerOf, callsOf } from './answer-of.ts';

/** Longer texts may say the same in other words. */
const LONGEST = 40;

/**
 * Whether two answers to one request say the same: the same tool calls, equal JSON, or equal short texts.
 *
 * @returns undefined for texts of which that cannot be told
 */
export function agree(request: ModelRequest, one: ModelResponse, other: ModelResponse): boolean | undefined {
  const [calls, others] = [callsOf(one), callsOf(other)];
  if (calls.length > 0 || others.length > 0) return same(calls.map(nameAndInput), others.map(nameAndInput));
  const [answer, second] = [answerOf(one, request), answerOf(other, request)];
  if (answer === undefined || second === undefined) return false;
  if (request.responseFormat !== undefined) return canonicalJson(answer) === canonicalJson(second);
  const texts = [plain(String(answer)), plain(String(second))];
  if (texts[0] === texts[1]) return true;
  return texts.every((text) => text.length <= LONGEST) ? false : undefined;
}

function nameAndInput({ toolName, input }: ReturnType<typeof callsOf>[number]): string {
  return canonicalJson([toolName, input]);
}

function same(one: string[], other: string[]): boolean {
  return (
    one.length === other.length && one.toSorted().every((item, index) => item === other.toSorted()[index])
  );
}

/** Without case, punctuation and spaces at the ends or doubled. */
function plain(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}.]+/gu, ' ')
    .replaceAll(/\.(?!\d)/g, '')
    .trim();
}
