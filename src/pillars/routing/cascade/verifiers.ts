import { serializeError } from '../../../contract/errors.ts';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { Json } from '../../../contract/json.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import type { JsonSchema } from '../../../contract/schema.ts';
import { answerOf, callsOf, textOf } from './answer-of.ts';

/** Whether a value is of a schema, as far as can be told without running anything. */
export type Fits = (schema: JsonSchema, value: Json) => boolean;

/** What a check looks at. */
export type Answered = { call: ModelCall; response: ModelResponse; fits: Fits };

/** A check of an answer that needs no judgement. */
export type Verifier = {
  id: string;
  /** An answer that passes it will do; that one does not refuse says little. */
  telling: boolean;
  /** @returns undefined where it has nothing to check */
  passes(answered: Answered): boolean | undefined | Promise<boolean | undefined>;
};

/** A model that is less sure than this has abstained, unless the definition says otherwise. */
const ESCALATE_BELOW = 0.6;

/** Why a provider ended an answer that is none: it was cut off, refused, or failed. */
const BROKEN_OFF: ReadonlySet<string> = new Set(['length', 'content-filter', 'error']);

const finish: Verifier = {
  id: 'finish',
  telling: false,
  passes: ({ response }) => !BROKEN_OFF.has(response.finishReason),
};

const empty: Verifier = {
  id: 'empty',
  telling: false,
  passes({ call, response }) {
    const { toolChoice } = call.request;
    const mustCall = toolChoice?.type === 'required' || toolChoice?.type === 'tool';
    if (callsOf(response).length > 0) return true;
    return !mustCall && response.content.some((part) => part.type !== 'reasoning' && !isBlank(part));
  },
};

const confidence: Verifier = {
  id: 'confidence',
  telling: false,
  passes: ({ call, response }) =>
    response.confidence === undefined
      ? undefined
      : response.confidence >= (call.definition.escalateBelow ?? ESCALATE_BELOW),
};

const tools: Verifier = {
  id: 'tools',
  telling: true,
  passes({ call, response, fits }) {
    const calls = callsOf(response);
    if (calls.length === 0) return undefined;
    return calls.every(({ toolName, input, invalid }) => {
      const offered = call.request.tools?.find(({ name }) => name === toolName);
      return offered !== undefined && !invalid && fits(offered.inputSchema, input);
    });
  },
};

const schema: Verifier = {
  id: 'schema',
  telling: true,
  passes({ call, response, fits }) {
    const { responseFormat } = call.request;
    if (responseFormat === undefined || callsOf(response).length > 0) return undefined;
    const answer = answerOf(response, call.request);
    if (answer === undefined) return false;
    return responseFormat.schema === undefined || fits(responseFormat.schema, answer);
  },
};

const author: Verifier = {
  id: 'verify',
  telling: true,
  async passes({ call, response }) {
    if (call.verify === undefined || callsOf(response).length > 0) return undefined;
    const answer = answerOf(response, call.request);
    if (answer === undefined) return false;
    return call.verify(answer);
  },
};

/** In the order in which they are asked, cheapest and least telling first. */
const VERIFIERS: readonly Verifier[] = [finish, empty, confidence, tools, schema, author];

/** What the checks said of an answer. */
export type Verdict = {
  /** The check that refused it; of those that it passed, the last. */
  verifier: string;
  passed: boolean;
  /** Whether the answer will do; null where no check that it passed can tell. */
  good: boolean | null;
  /** Of the error with which the check ended. */
  code?: string;
};

/** Asks the checks one after the other until one refuses the answer. */
export async function verify(answered: Answered): Promise<Verdict> {
  let last: Verifier = finish;
  let good: boolean | null = null;
  for (const verifier of VERIFIERS) {
    const passes = await passesOf(verifier, answered);
    if (typeof passes === 'string')
      return { verifier: verifier.id, passed: false, good: false, code: passes };
    if (passes === false) return { verifier: verifier.id, passed: false, good: false };
    if (passes === undefined) continue;
    last = verifier;
    if (verifier.telling) good = true;
  }
  return { verifier: last.id, passed: true, good };
}

/** One that throws or does not come back has not passed the answer. @returns the error's code then */
async function passesOf(verifier: Verifier, answered: Answered): Promise<boolean | undefined | string> {
  try {
    return await verifier.passes(answered);
  } catch (error) {
    // A call that was called off meanwhile is another matter.
    answered.call.signal.throwIfAborted();
    return serializeError(error, 'code_failed').code;
  }
}

function isBlank(part: ModelResponse['content'][number]): boolean {
  return part.type === 'text' && textOf({ content: [part] }).trim() === '';
}
