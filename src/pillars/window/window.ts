import { BulkheadError } from '../../contract/errors.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import type { Middleware } from '../../contract/middleware.ts';
import type { ModelRequest, ModelResponse } from '../../contract/model.ts';
import type { JournalView } from '../../contract/view.ts';
import {
  cutOutput,
  largestRoom,
  type ModelWindows,
  type SizedCandidate,
  sizeCandidates,
} from './model-windows.ts';
import { runInput } from './run-input.ts';
import type { TokenCounter } from './token-counter.ts';
import { type TrimmedPrompt, trimPrompt } from './trim-prompt.ts';
import { createWindowMeter, type WindowMeter } from './window-meter.ts';

export type WindowParts = { windows: ModelWindows; counter: TokenCounter; meter?: WindowMeter };

/** Percentages of what a prompt may have, at which a run is warned about, each once. */
const LEVELS = [95, 80] as const;

const warnedLevels: JournalView<Set<number>> = {
  name: 'warned-levels',
  initial: () => new Set(),
  apply(levels, { meta }) {
    if (meta.kind === 'window.warned') levels.add(meta.percent);
  },
};

/**
 * Keeps prompts inside the context window. Candidates whose window is too small are not asked, as fallbacks neither;
 * where the largest is too small, the oldest turns are left out. To summarise them first is the agent loop's: the
 * response tells it how full the window is.
 *
 * @throws BulkheadError `window_exceeded` when what may never be left out does not fit, or nothing may be and not all does
 */
export function window({
  windows,
  counter,
  meter = createWindowMeter(),
}: WindowParts): Middleware<ModelCall, ModelResponse> {
  return {
    name: 'window',
    async handle(call, next) {
      const { request, candidates, definition } = call;
      const facts = { agent: definition.name, model: call.model };
      const tokens = await counter.request(request);
      const sized = sizeCandidates(candidates, windows, {
        ...(definition.window?.tokens === undefined ? {} : { most: definition.window.tokens }),
        ...(request.maxOutputTokens === undefined ? {} : { output: request.maxOutputTokens }),
      });
      const limit = largestRoom(sized);
      meter.measured(tokens, facts);
      if (warn(call, tokens, limit)) meter.warned(facts);

      let left = tokens;
      let { prompt } = request;
      if (tokens > limit) {
        if (request.untrimmed) throw tooLong(tokens, limit);
        const trimmed = await trim(call, tokens - limit, counter);
        if (trimmed === undefined) throw tooMuchFixed(tokens, limit);
        recordTrim(call, trimmed);
        meter.trimmed(facts);
        left = tokens - trimmed.tokens;
        prompt = trimmed.prompt;
      }
      const fitting = sized.filter(({ room }) => left <= room);
      const response = await next(narrowed(call, fitting, { ...request, prompt }, left));
      return { ...response, window: { tokens, limit } };
    },
  };
}

async function trim(
  { request, step, definition }: ModelCall,
  excess: number,
  counter: TokenCounter,
): Promise<TrimmedPrompt | undefined> {
  const sizes: number[] = [];
  for (const message of request.prompt) sizes.push(await counter.message(message));
  return trimPrompt(request.prompt, {
    sizes,
    excess,
    question: step.views.of(runInput).text,
    pinnedTools: new Set(definition.tools.filter(({ pin }) => pin === true).map(({ name }) => name)),
  });
}

/** The call with those candidates only that take its prompt. */
function narrowed(
  call: ModelCall,
  fitting: readonly SizedCandidate[],
  request: ModelRequest,
  tokens: number,
): ModelCall {
  const candidates = fitting.map(({ candidate }) => candidate);
  const stays = candidates.some(({ model }) => model === call.model);
  const maxOutputTokens = cutOutput(fitting, tokens, request.maxOutputTokens);
  return {
    ...call,
    candidates,
    model: stays ? call.model : (candidates[0]?.model ?? call.model),
    request: maxOutputTokens === undefined ? request : { ...request, maxOutputTokens },
  };
}

function warn({ step }: ModelCall, tokens: number, limit: number): boolean {
  const percent = LEVELS.find((level) => tokens * 100 >= level * limit);
  if (percent === undefined) return false;
  for (const warned of step.views.of(warnedLevels)) if (warned >= percent) return false;
  step.record({ meta: { kind: 'window.warned', key: step.key, percent, tokens, limit } });
  return true;
}

/** A step that is entered again trims the same prompt in the same way: it is told once. */
function recordTrim({ step }: ModelCall, { messages, tokens }: TrimmedPrompt): void {
  if (step.entries.some(({ meta }) => meta.kind === 'window.trimmed')) return;
  step.record({ meta: { kind: 'window.trimmed', key: step.key, messages, tokens } });
}

function tooLong(tokens: number, limit: number): BulkheadError {
  return windowExceeded(
    `The prompt has ${tokens} tokens, and its models' windows leave ${limit} for it. Leave out what may be left out, or name a model with a larger window.`,
    { tokens, limit },
  );
}

function tooMuchFixed(tokens: number, limit: number): BulkheadError {
  return windowExceeded(
    `The prompt has ${tokens} tokens, and what may not be left out of it is more than the ${limit} that its models' windows leave for it. Shorten the instructions or the message, let tools return less, or name a model with a larger window.`,
    { tokens, limit },
  );
}

function windowExceeded(message: string, details: { tokens: number; limit: number }): BulkheadError {
  return new BulkheadError({
    code: 'window_exceeded',
    message,
    status: 413,
    denied: true,
    details,
  });
}
