import { type Candidate, candidatesOf } from '../../contract/candidates.ts';
import type { DefinitionManifest } from '../../contract/manifest.ts';
import { isCounted } from '../../contract/vocabulary.ts';

/** How many tokens a model takes, prompt and answer together. */
export type ModelWindows = { of(model: string): number };

/** By `'provider/model'`, as the operator says it. */
export type DeclaredWindows = Readonly<Record<string, number>>;

/**
 * Of models that no list names. By provider: the least among the models that its documentation still lists
 * (OpenAI 128,000, Anthropic 200,000, Gemini 1,048,576, Mistral 128,000). Of any other: the native window of the
 * open models in use (Qwen 3, Mistral 7B: 32,768); who serves with less says so.
 */
const UNLISTED: readonly [model: RegExp, tokens: number][] = [
  [/^openai\//, 128_000],
  [/^anthropic\//, 200_000],
  [/^google\/gemini-/, 1_048_576],
  [/^mistral\//, 128_000],
  [/^local$/, 1_000_000],
  [/^/, 32_768],
];

/** Only these providers' names mean in the catalogue what they mean here. */
const LISTED = new Set(['openai', 'anthropic', 'google', 'mistral']);

/** Names come from definitions and requests, so what is remembered of them must end somewhere. */
const REMEMBERED = 1_000;

/**
 * The windows of models: as declared by the operator, else as `@pydantic/genai-prices` lists them, else a default
 * that is safe for the provider. The catalogue takes 40 ms to load, hence the promise.
 *
 * @example
 * const windows = await loadModelWindows({ declared: { 'openai-compatible/mine': 16_384 } });
 * windows.of('openai-compatible/mine'); // 16384
 */
export async function loadModelWindows({
  declared = {},
}: {
  declared?: DeclaredWindows;
} = {}): Promise<ModelWindows> {
  const { calcPrice } = await import('@pydantic/genai-prices');
  const found = new Map<string, number>();

  function find(model: string): number {
    if (Object.hasOwn(declared, model)) return declared[model] ?? 0;
    const slash = model.indexOf('/');
    const providerId = model.slice(0, Math.max(0, slash));
    const listed = LISTED.has(providerId)
      ? calcPrice({ input_tokens: 0, output_tokens: 0 }, model.slice(slash + 1), { providerId })?.model
          .context_window
      : undefined;
    return listed ?? UNLISTED.find(([pattern]) => pattern.test(model))?.[1] ?? 0;
  }

  return {
    of(model) {
      let tokens = found.get(model);
      if (tokens === undefined) {
        tokens = find(model);
        if (found.size >= REMEMBERED) found.clear();
        found.set(model, tokens);
      }
      return tokens;
    },
  };
}

/** Models that count otherwise have up to some tenths more for the same text; most of that has room in what is left free here. */
const UNCOUNTED = 0.85;

/** Output tokens that a call has when its request does not say. */
const USUAL_OUTPUT = 4_096;

/** A candidate, its window, and how many tokens of it a prompt may have. */
export type SizedCandidate = { candidate: Candidate; window: number; room: number };

/**
 * What the candidates take: the answer has its part set aside, up to a quarter of the window.
 *
 * @param options.most the agent's own limit
 * @param options.output output tokens that the request asks for at most
 */
export function sizeCandidates(
  candidates: readonly Candidate[],
  windows: ModelWindows,
  { most = Number.POSITIVE_INFINITY, output = USUAL_OUTPUT }: { most?: number; output?: number } = {},
): SizedCandidate[] {
  return candidates.map((candidate) => {
    const counted = isCounted(candidate.model) ? 1 : UNCOUNTED;
    const window = Math.floor(Math.min(counted * windows.of(candidate.model), most));
    return { candidate, window, room: window - Math.min(output, Math.floor(window / 4)) };
  });
}

/**
 * The most that a prompt may have for any of these. The local model reads the end of a conversation of any length, and
 * so says nothing about it, unless it is alone: what is too long for the others is not left to it.
 */
export function largestRoom(sized: readonly SizedCandidate[]): number {
  const others = sized.filter(({ candidate }) => candidate.model !== 'local');
  return Math.max(0, ...(others.length === 0 ? sized : others).map(({ room }) => room));
}

/** The most tokens that a prompt of this definition may have, for the largest of its models. */
export function promptLimit(
  { model, window }: Pick<DefinitionManifest, 'model' | 'window'>,
  windows: ModelWindows,
  defaultModel: string,
): number {
  const limits = window?.tokens === undefined ? {} : { most: window.tokens };
  return largestRoom(sizeCandidates(candidatesOf(model, defaultModel), windows, limits));
}

/** So many output tokens fit behind a prompt, for each of these; undefined where they need not be cut down. */
export function cutOutput(
  sized: readonly SizedCandidate[],
  tokens: number,
  output: number = USUAL_OUTPUT,
): number | undefined {
  const left = Math.min(...sized.map(({ window }) => window - tokens));
  return left < output ? left : undefined;
}
