import type { LanguageModelV4CallOptions } from '@ai-sdk/provider';

const charactersPerToken = 4;

/** Cuts a text at the first stop sequence, and at the limit of output tokens (four characters each). */
export function cutText(
  text: string,
  { stopSequences, maxOutputTokens }: Pick<LanguageModelV4CallOptions, 'stopSequences' | 'maxOutputTokens'>,
): { text: string; isCut: boolean } {
  const stops = (stopSequences ?? []).filter((stop) => stop !== '').map((stop) => text.indexOf(stop));
  const stop = Math.min(text.length, ...stops.filter((place) => place >= 0));
  const limit = maxOutputTokens === undefined ? stop : maxOutputTokens * charactersPerToken;
  return { text: text.slice(0, Math.min(stop, limit)), isCut: limit < stop };
}
