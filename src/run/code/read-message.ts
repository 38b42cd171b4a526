import { TIERS } from '../../contract/agent.ts';
import { BulkheadError } from '../../contract/errors.ts';
import { OUTPUT_CUTS } from '../../contract/tool.ts';
import type { FromHost } from '../protocol.ts';

type Shape = (value: unknown) => boolean;

const anything: Shape = () => true;
const text: Shape = (value) => typeof value === 'string';
const number: Shape = (value) => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const whole: Shape = (value) => Number.isSafeInteger(value) && Number(value) >= 0;
const trueOrFalse: Shape = (value) => typeof value === 'boolean';
/** Keys and codes stand in columns of the database, which takes no control characters and no halves of pairs. */
const key: Shape = (value) => typeof value === 'string' && /^[^\p{Cc}\p{Cs}]{1,10000}$/u.test(value);
const code: Shape = (value) => typeof value === 'string' && /^[a-z][a-z0-9_]{0,99}$/.test(value);

const oneOf =
  (...words: unknown[]): Shape =>
  (value) =>
    words.includes(value);
const listOf =
  (item: Shape): Shape =>
  (value) =>
    Array.isArray(value) && value.every(item);
const optional =
  (shape: Shape): Shape =>
  (value) =>
    value === undefined || shape(value);
const nullOr =
  (shape: Shape): Shape =>
  (value) =>
    value === null || shape(value);

function object(fields: Record<string, Shape>): Shape {
  const checks = Object.entries(fields);
  return (value) => isObject(value) && checks.every(([name, fits]) => fits(value[name]));
}

/** An object whose `tag` says which of these it is. */
function tagged(tag: string, kinds: Record<string, Shape>): Shape {
  return (value) => {
    const kind = isObject(value) ? value[tag] : undefined;
    return typeof kind === 'string' && Object.hasOwn(kinds, kind) && kinds[kind]?.(value) === true;
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const error = object({ code, message: text });
const settled: Shape = (value) =>
  isObject(value) && (value.ok === true ? 'value' in value : value.ok === false && error(value.error));

const parsed: Shape = (value) =>
  isObject(value) && (value.ok === true ? 'value' in value : text(value.issues));

const request = tagged('operation', {
  tool: object({
    tool: key,
    input: anything,
    toolCallId: optional(text),
    batch: optional(object({ id: key, size: whole })),
  }),
  model: object({
    request: object({
      prompt: listOf(object({ role: text })),
      model: optional(text),
      tier: optional(oneOf(...TIERS)),
      quiet: optional(trueOrFalse),
    }),
  }),
  sleep: object({ duration: number }),
  child: object({ definition: key, budget: optional(object({})) }),
  review: object({ expiresAfter: optional(number) }),
  escalate: object({ draft: text, confidence: number, problem: optional(text) }),
  session: anything,
});

const tool = object({
  name: key,
  description: text,
  inputSchema: object({}),
  outputSchema: optional(object({})),
  effect: oneOf('read', 'write', 'execute'),
  risk: listOf(text),
  idempotent: trueOrFalse,
  network: listOf(text),
  timeout: number,
  examples: listOf(text),
  compensates: trueOrFalse,
  output: optional(
    object({
      fields: optional(listOf(text)),
      maxTokens: optional(number),
      cut: optional(oneOf(...OUTPUT_CUTS)),
    }),
  ),
  pin: optional(trueOrFalse),
});

const names = listOf(text);

const definition = object({
  kind: oneOf('agent', 'workflow'),
  name: key,
  hash: text,
  model: (value) => value === null || text(value) || names(value) || isObject(value),
  effects: listOf(text),
  tools: listOf(tool),
  toolApproval: object({}),
  budget: object({
    usd: nullOr(number),
    tokens: number,
    modelCalls: number,
    toolCallsPerTurn: number,
    time: number,
  }),
  inputSchema: optional(object({})),
  outputSchema: optional(object({})),
  routing: optional(
    object({
      cascade: optional(trueOrFalse),
      verify: optional(trueOrFalse),
      shadow: optional(number),
      quality: optional(number),
    }),
  ),
  residency: optional(listOf(text)),
  window: optional(
    object({
      tokens: optional(number),
      compactAt: optional(number),
      keepTurns: optional(whole),
      pinned: optional(listOf(text)),
    }),
  ),
});

const message = tagged('type', {
  ready: object({ manifest: object({ format: oneOf(1), definitions: listOf(definition) }) }),
  refused: object({ error }),
  step: object({ execution: whole, key, requestHash: text, request, parsed: optional(parsed) }),
  record: object({
    execution: whole,
    key,
    requestHash: text,
    operation: oneOf('memo', 'now', 'random', 'uuid', 'session'),
    settled,
  }),
  idle: object({ execution: whole, delivery: whole }),
  finished: object({ execution: whole, settled }),
  continued: object({ execution: whole, input: (value) => value !== undefined }),
  answer: object({
    request: whole,
    answer: tagged('kind', {
      parsed: object({ result: parsed }),
      approval: anything,
      verified: object({ passed: trueOrFalse }),
      settled: object({ settled }),
    }),
  }),
  fetch: object({
    fetch: whole,
    request: whole,
    call: object({
      url: text,
      method: text,
      headers: listOf((header) => listOf(text)(header) && (header as unknown[]).length === 2),
      body: nullOr(text),
      redirect: oneOf('follow', 'error', 'manual'),
    }),
  }),
  'fetch-aborted': object({ fetch: whole }),
  pong: object({ number: whole }),
});

/**
 * A message of a code host, if it is one of the protocol. Author code can reach the host's channel: what
 * comes from there is no more to be relied on than any other input.
 *
 * @throws BulkheadError `invalid_message`
 */
export function readMessage(received: unknown): FromHost {
  if (message(received)) return received as FromHost;
  const type = isObject(received) ? String(received.type).slice(0, 40) : typeof received;
  throw new BulkheadError({
    code: 'invalid_message',
    message: `a message (${type}) that is not of the protocol. Only the host itself may write to its channel`,
  });
}
