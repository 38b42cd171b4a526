import type { Json } from '../../../contract/json.ts';
import type { ModelRequest, ModelResponse } from '../../../contract/model.ts';
import type { JsonSchema } from '../../../contract/schema.ts';
import type { TokenUsage } from '../../../contract/usage.ts';
import { DEFAULT_OUTPUT_TOKENS } from '../../../pillars/budget/index.ts';
import { instructionsOf, questionOf } from './pack-scope.ts';
import { shareUsage } from './share-usage.ts';

const HOW = [
  'You are given several independent questions as a JSON list, each with a number.',
  'Answer each one by itself, exactly as if it were the only one, and take nothing from one into another.',
  'Reply with a JSON object: {"answers": [{"number": 1, "answer": …}, …]}, one entry for each number.',
].join(' ');

/** What every model may answer with: together the answers to short questions are short. One that is cut off is of no use. */
const MOST_OUTPUT = 8_192;
/** What the list of numbers and answers adds to the answers, in tokens. */
const FRAME_TOKENS = 16;

/** Why a provider ends an answer before its end. */
const BROKEN_OFF: ReadonlySet<string> = new Set(['length', 'content-filter', 'error']);

/** One of several requests that share a call, and by which number. */
export type PackedRequest = { place: number | null; request: ModelRequest };

/**
 * One request that asks what several ask. They have the same scope, as `createPackScope` says it.
 *
 * @example
 * packRequests([{ place: 1, request: one }, { place: 2, request: other }]).prompt.at(-1);
 * // user: [{"number":1,"question":"…"},{"number":2,"question":"…"}]
 */
export function packRequests(packed: readonly [PackedRequest, ...PackedRequest[]]): ModelRequest {
  const { prompt, responseFormat, maxOutputTokens: _, ...rest } = packed[0].request;
  const questions = packed.map(({ place, request }) => ({ number: place, question: questionOf(request) }));
  const tokens = packed.map(
    ({ request: { maxOutputTokens = DEFAULT_OUTPUT_TOKENS } }) => maxOutputTokens + FRAME_TOKENS,
  );
  return {
    ...rest,
    prompt: [
      { role: 'system', content: [...instructionsOf(prompt), HOW].join('\n\n') },
      { role: 'user', content: [{ type: 'text', text: JSON.stringify(questions) }] },
    ],
    responseFormat: {
      type: 'json',
      name: 'answers',
      schema: listOf(responseFormat?.schema ?? { type: 'string' }),
      ...(responseFormat?.strict === undefined ? {} : { strict: responseFormat.strict }),
    },
    maxOutputTokens: Math.max(
      ...tokens,
      Math.min(
        MOST_OUTPUT,
        tokens.reduce((sum, count) => sum + count, 0),
      ),
    ),
  };
}

function listOf(answer: JsonSchema): JsonSchema {
  const entry = {
    type: 'object',
    properties: { number: { type: 'integer' }, answer },
    required: ['number', 'answer'],
    additionalProperties: false,
  };
  return {
    type: 'object',
    properties: { answers: { type: 'array', items: entry } },
    required: ['answers'],
    additionalProperties: false,
  };
}

/**
 * Takes the answer of a packed request apart. Each gets its share of the usage: of the input by the length of its
 * question, of the output by that of its answer; the shares add up to the whole.
 *
 * @returns one a request; without a response where there is no answer to it, or more than one, or where the whole was
 * broken off
 */
export function unpackResponse(
  packed: readonly PackedRequest[],
  response: ModelResponse,
): { usage: TokenUsage; response?: ModelResponse }[] {
  const answers = answersOf(response);
  const texts = packed.map(({ place }) => textOf(answers.get(place ?? 0), packed[0]?.request));
  const shares = shareUsage(
    response.usage,
    packed.map(({ request }) => questionOf(request)?.length ?? 0),
    texts.map((text) => text?.length ?? 0),
  );
  const { providerMetadata: _, ...rest } = response;
  return shares.map((usage, index) => {
    const text = texts[index];
    if (text === undefined) return { usage };
    const content = [{ type: 'text' as const, text }];
    return { usage, response: { ...rest, content, finishReason: 'stop', usage, packed: true } };
  });
}

/** By number; a number that was answered twice is not answered. */
function answersOf({ content, finishReason }: ModelResponse): Map<number, Json> {
  if (BROKEN_OFF.has(finishReason)) return new Map();
  const text = content.map((part) => (part.type === 'text' ? part.text : '')).join('');
  const answers = new Map<number, Json>();
  const twice = new Set<number>();
  for (const entry of listIn(text)) {
    if (typeof entry !== 'object' || entry === null || !('answer' in entry) || !('number' in entry)) continue;
    const number = Number(entry.number);
    if (answers.has(number)) twice.add(number);
    answers.set(number, entry.answer as Json);
  }
  for (const number of twice) answers.delete(number);
  return answers;
}

function listIn(text: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(text);
    const list = typeof parsed === 'object' && parsed !== null && 'answers' in parsed ? parsed.answers : [];
    return Array.isArray(list) ? list : [];
  } catch {
    return [];
  }
}

const NO_TEXT: ReadonlySet<unknown> = new Set(['object', 'array', 'number', 'integer', 'boolean']);

/**
 * Texts as they are, and values as JSON where that was asked for. A text that stands for a value which is none is that
 * value's JSON already.
 */
function textOf(answer: Json | undefined, request: ModelRequest | undefined): string | undefined {
  if (answer === undefined) return undefined;
  const format = request?.responseFormat;
  const isText = format === undefined || NO_TEXT.has(format.schema?.type);
  return isText && typeof answer === 'string' ? answer : JSON.stringify(answer);
}
