import type { ModelCall } from '../../contract/gateway-call.ts';
import type { ModelRequest } from '../../contract/model.ts';
import { promptAtMost } from './prompt-at-most.ts';
import { estimateTokens } from './tokens/index.ts';

/** Tokens of a prompt and of the tools that are offered with it. */
export type PromptEstimate = (request: Pick<ModelRequest, 'prompt' | 'tools'>) => Promise<number>;

/** Counts a prompt and its tools anew. @example await estimatePrompt({ prompt: [{ role: 'system', content: 'Be brief.' }] }); // 9 */
export const estimatePrompt: PromptEstimate = ({ prompt, tools = [] }) =>
  estimateTokens(
    prompt,
    tools.map(({ name, description, inputSchema }) => ({ type: 'function', name, description, inputSchema })),
  );

/** The most tokens that a call's prompt may turn out to have. */
export async function promptTokensOf(
  { model, request }: Pick<ModelCall, 'model' | 'request'>,
  estimate: PromptEstimate,
): Promise<number> {
  const hasTools = (request.tools ?? []).length > 0;
  return promptAtMost(model, { tokens: await estimate(request), hasTools });
}
