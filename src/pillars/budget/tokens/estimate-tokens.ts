import type {
  LanguageModelV4CallOptions,
  LanguageModelV4Message,
  LanguageModelV4Prompt,
  LanguageModelV4ToolResultPart,
} from '@ai-sdk/provider';
import { estimateFileTokens, type FileLike } from './estimate-file-tokens.ts';
import { estimateTextTokens } from './estimate-text-tokens.ts';

/** What a chat format adds: 3 tokens a message and 3 to begin the answer (OpenAI's own counting recipe). */
const perMessage = 3;
const perAnswer = 3;

/** A tool's frame around its name, description and schema. */
const perTool = 8;

type Part = Exclude<LanguageModelV4Message['content'], string>[number];

/** The texts and the rest of a prompt, collected before anything is counted. */
type Pile = { texts: string[]; tokens: number };

/**
 * An estimate of a prompt's input tokens, for admission, for the context window and for reservations: the
 * provider's count settles. Text is counted, files are guessed by kind and size. Bounded in time: see
 * {@link estimateTextTokens}.
 *
 * @example
 * await estimateTokens([{ role: 'system', content: 'Be brief.' }]); // 9
 */
export async function estimateTokens(
  prompt: LanguageModelV4Prompt,
  tools: LanguageModelV4CallOptions['tools'] = [],
): Promise<number> {
  const pile: Pile = { texts: [], tokens: perAnswer + perMessage * prompt.length + perTool * tools.length };
  for (const { content } of prompt) {
    if (typeof content === 'string') pile.texts.push(content);
    else for (const part of content) addPart(pile, part);
  }
  for (const tool of tools) {
    pile.texts.push(
      tool.type === 'function'
        ? `${tool.name} ${tool.description ?? ''} ${JSON.stringify(tool.inputSchema)}`
        : `${tool.name} ${JSON.stringify(tool.args)}`,
    );
  }
  return pile.tokens + (await estimateTextTokens(pile.texts));
}

function addPart(pile: Pile, part: Part): void {
  switch (part.type) {
    case 'text':
    case 'reasoning':
      pile.texts.push(part.text);
      break;
    case 'tool-call':
      pile.texts.push(part.toolName, JSON.stringify(part.input) ?? '');
      break;
    case 'tool-result':
      addOutput(pile, part.output);
      break;
    case 'file':
    case 'reasoning-file':
      addFile(pile, part);
      break;
    case 'tool-approval-response':
      pile.texts.push(part.reason ?? '');
      break;
    case 'custom':
      pile.texts.push(JSON.stringify(part.providerOptions ?? {}));
      break;
  }
}

function addOutput(pile: Pile, output: LanguageModelV4ToolResultPart['output']): void {
  switch (output.type) {
    case 'text':
    case 'error-text':
      pile.texts.push(output.value);
      break;
    case 'json':
    case 'error-json':
      pile.texts.push(JSON.stringify(output.value));
      break;
    case 'execution-denied':
      pile.texts.push(output.reason ?? '');
      break;
    case 'content':
      for (const item of output.value) {
        if (item.type === 'text') pile.texts.push(item.text);
        else if (item.type === 'file') addFile(pile, item);
      }
      break;
  }
}

function addFile(pile: Pile, file: FileLike): void {
  const estimate = estimateFileTokens(file);
  if (typeof estimate === 'string') pile.texts.push(estimate);
  else pile.tokens += estimate;
}
