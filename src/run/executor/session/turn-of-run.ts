import type { Entry } from '../../../contract/entry.ts';
import type { Json } from '../../../contract/json.ts';
import type { ModelRequest, ModelResponse } from '../../../contract/model.ts';
import type { Turn } from './turn.ts';

/**
 * What one run, or the runs that went on as one another, said in its session. A chat's client sends the whole
 * conversation each time: of that the last message of the user's is new.
 *
 * @param created the first entry of the first of them
 * @param succeeded the last entry of the last of them
 * @returns undefined where the content cannot be read, and for a chat that answered with calls alone
 * @example
 * turnOfRun(run, entries[0], entries.at(-1)); // { run, asked: 'Is my line up?', answered: 'It is up.' }
 */
export function turnOfRun(
  run: string,
  created: Entry | undefined,
  succeeded: Entry | undefined,
): Turn | undefined {
  const input = created?.body?.input;
  const output = succeeded?.body?.output;
  if (input === undefined || output === undefined) return undefined;
  const isChat = created?.meta.kind === 'run.created' && created.meta.definition === 'chat';
  if (!isChat) return { run, asked: textOf(input), answered: textOf(output) };
  const { prompt } = input as unknown as ModelRequest;
  const question = prompt.findLast(({ role }) => role === 'user')?.content ?? [];
  const asked = wordsOf(question);
  const answered = wordsOf((output as unknown as ModelResponse).content);
  return asked === '' || answered === '' ? undefined : { run, asked, answered };
}

function textOf(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function wordsOf(content: string | readonly { type: string; text?: unknown }[]): string {
  if (typeof content === 'string') return content;
  return content.map((part) => (part.type === 'text' ? String(part.text) : '')).join('');
}
