import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider';
import { saysSomething } from './answer-assembly.ts';
import type { PackageAnswer } from './provider-response.ts';
import { unlessAborted } from './unless-aborted.ts';

/**
 * Asks for an answer in one piece, which costs a fraction of a stream's processor time.
 *
 * @throws the reason of `signal`, or what the package throws
 */
export async function wholeAnswer(
  model: LanguageModelV4,
  options: LanguageModelV4CallOptions,
  signal: AbortSignal,
): Promise<PackageAnswer> {
  const asked = Promise.resolve(model.doGenerate({ ...options, abortSignal: signal }));
  const { content, response = {}, warnings, ...finish } = await unlessAborted(asked, signal);
  return { content: content.filter(saysSomething), finish, response, warnings };
}
