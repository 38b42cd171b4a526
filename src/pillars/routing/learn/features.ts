import { createHmac } from 'node:crypto';
import type { ModelRequest } from '../../../contract/model.ts';

/** Places that n-grams are hashed to. */
export const DIMENSIONS = 8_192;
/** Words of a message that are looked at. */
const WORDS = 300;
/** Signs of a message that are looked at for words and code: looking for code takes the square of them. */
const SIGNS = WORDS * 20;
/** A word of code, and behind it, in its line, what code would have there. */
const CODE = /```|[{};]\s*\n|\b(function|class|def|import|select)\b.*[({:;]/i;

/** What is kept of a request: nothing in it says what was said, to whom the key is unknown. */
export type Features = {
  /** Places of the n-grams of the user's last message, each once, ascending; below {@link DIMENSIONS}. */
  words: number[];
  /** By {@link NUMBERS}. */
  numbers: number[];
};

/** What is counted of a request, in the order in which it stands in {@link Features}. */
export const NUMBERS = [
  'length of the message (log of its characters)',
  'length of the prompt (log of its characters)',
  'tools that are offered (log)',
  'messages of the conversation (log)',
  'numbers in the message (log)',
  'questions in the message (log)',
  'the message holds code',
  'an answer of a schema is asked for',
] as const;

/**
 * The features of a request: n-grams of one and two words, hashed with a secret key, and counts.
 *
 * @param key secret and the tenant's own; the same for all samples of a model
 */
export function featuresOf(
  { prompt, tools, responseFormat }: Pick<ModelRequest, 'prompt' | 'tools' | 'responseFormat'>,
  key: Buffer,
): Features {
  const message = lastMessage(prompt);
  let characters = 0;
  for (const { content } of prompt) {
    if (typeof content === 'string') characters += content.length;
    else for (const part of content) if (part.type === 'text') characters += part.text.length;
  }
  return {
    words: placesOf(message, key),
    numbers: [
      Math.log1p(message.length),
      Math.log1p(characters),
      Math.log1p(tools?.length ?? 0),
      Math.log1p(prompt.length),
      Math.log1p(message.match(/\d+/g)?.length ?? 0),
      Math.log1p(message.match(/\?/g)?.length ?? 0),
      CODE.test(message.slice(0, SIGNS)) ? 1 : 0,
      responseFormat?.schema === undefined ? 0 : 1,
    ],
  };
}

function lastMessage(prompt: ModelRequest['prompt']): string {
  const last = prompt.findLast((message) => message.role === 'user');
  return (last?.content ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('\n');
}

function placesOf(message: string, key: Buffer): number[] {
  const found =
    message
      .toLowerCase()
      .slice(0, SIGNS)
      .match(/[\p{L}\p{M}]+|\p{N}+/gu) ?? [];
  // A number is one among others: of which size it is says more than which it is.
  const words = found.slice(0, WORDS).map((word) => (/^\p{N}/u.test(word) ? `#${word.length}` : word));
  const places = new Set<number>();
  for (const [index, word] of words.entries()) {
    places.add(placeOf(word, key));
    if (index > 0) places.add(placeOf(`${words[index - 1]} ${word}`, key));
  }
  return [...places].sort((one, other) => one - other);
}

function placeOf(gram: string, key: Buffer): number {
  return createHmac('sha256', key).update(gram).digest().readUInt32LE(0) % DIMENSIONS;
}
