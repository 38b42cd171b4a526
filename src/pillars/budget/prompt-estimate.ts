import type { ModelRequest } from '../../contract/model.ts';
import { estimateTokens } from './tokens/index.ts';

/** Tokens of a prompt and of the tools that are offered with it. */
export type PromptEstimate = (request: Pick<ModelRequest, 'prompt' | 'tools'>) => Promise<number>;

/** Counts a prompt and its tools anew. @example await estimatePrompt({ prompt: [{ role: 'system', content: 'Be brief.' }] }); // 9 */
export const estimatePrompt: PromptEstimate = ({ prompt, tools = [] }) =>
  estimateTokens(
    prompt,
    tools.map(({ name, description, inputSchema }) => ({ type: 'function', name, description, inputSchema })),
  );
