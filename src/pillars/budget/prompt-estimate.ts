import type { ModelCall } from '../../contract/gateway-call.ts';
import type { ModelRequest } from '../../contract/model.ts';
import { promptAtMost } from './prompt-at-most.ts';
import { estimateTokens } from './tokens/index.ts';

/** Tokens of a prompt, of the tools that are offered with it, and of the schema that the answer is to have. */
export type PromptEstimate = (
  request: Pick<ModelRequest, 'prompt' | 'tools' | 'responseFormat'>,
) => Promise<number>;

/** Counts a prompt with what goes with it anew. @example await estimatePrompt({ prompt: [{ role: 'system', content: 'Be brief.' }] }); // 9 */
export const estimatePrompt: PromptEstimate = ({ prompt, tools = [], responseFormat }) => {
  const { schema, name: format = 'json' } = responseFormat ?? {};
  return estimateTokens(prompt, [
    ...tools.map(({ name, description, inputSchema }) => ({
      type: 'function' as const,
      name,
      description,
      inputSchema,
    })),
    ...(schema === undefined ? [] : [{ type: 'function' as const, name: format, inputSchema: schema }]),
  ]);
};

/** The most tokens that a call's prompt may turn out to have. */
export async function promptTokensOf(
  { model, request }: Pick<ModelCall, 'model' | 'request'>,
  estimate: PromptEstimate,
): Promise<number> {
  // To Anthropic's older models the schema of an answer goes as a tool.
  const hasTools = (request.tools ?? []).length > 0 || request.responseFormat?.schema !== undefined;
  return promptAtMost(model, { tokens: await estimate(request), hasTools });
}
