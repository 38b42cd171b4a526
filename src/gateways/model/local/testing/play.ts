import type { JSONObject, JSONValue, LanguageModelV4, LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { TestTool } from './test-tool.ts';

/** What a conversation led to: the calls in order, the last answer and how sure the model was of it. */
export type Played = {
  calls: { tool: string; input: JSONObject; toolCallId: string }[];
  answer: string;
  confidence: number;
  prompt: LanguageModelV4Prompt;
};

const mostRounds = 8;

/** How a call of a tool ends, for tests of refusals: an output, or undefined to run the tool. */
type Verdict = (tool: string, input: JSONObject) => { type: 'execution-denied'; reason?: string } | undefined;

/** Plays the user's messages one after the other with a model, running the tools that it calls. */
export async function play(
  model: LanguageModelV4,
  tools: readonly TestTool[],
  messages: readonly string[],
  verdict: Verdict = () => undefined,
): Promise<Played> {
  const played: Played = { calls: [], answer: '', confidence: 0, prompt: [] };
  const { prompt } = played;
  for (const text of messages) {
    prompt.push({ role: 'user', content: [{ type: 'text', text }] });
    for (let round = 0; round < mostRounds; round += 1) {
      const result = await model.doGenerate({ prompt, tools: tools.map((tool) => tool.definition) });
      played.confidence = Number(result.providerMetadata?.bulkhead?.confidence);
      const calls = result.content.filter((part) => part.type === 'tool-call');
      if (calls.length === 0) {
        played.answer = result.content.map((part) => (part.type === 'text' ? part.text : '')).join('');
        prompt.push({ role: 'assistant', content: [{ type: 'text', text: played.answer }] });
        break;
      }
      const made = calls.map(({ toolCallId, toolName, input }) => ({
        toolCallId,
        tool: toolName,
        input: JSON.parse(input) as JSONObject,
      }));
      played.calls.push(...made);
      prompt.push({
        role: 'assistant',
        content: made.map(({ toolCallId, tool, input }) => ({
          type: 'tool-call',
          toolCallId,
          toolName: tool,
          input,
        })),
      });
      const results = await Promise.all(
        made.map(async ({ toolCallId, tool, input }) => ({
          type: 'tool-result' as const,
          toolCallId,
          toolName: tool,
          output: verdict(tool, input) ?? (await run(tools, tool, input)),
        })),
      );
      prompt.push({ role: 'tool', content: results });
    }
  }
  return played;
}

const run = async (tools: readonly TestTool[], name: string, input: JSONObject) => {
  const tool = tools.find((other) => other.definition.name === name);
  if (tool === undefined) return { type: 'error-text' as const, value: `There is no tool "${name}".` };
  try {
    const value: JSONValue = await tool.execute(input);
    return { type: 'json' as const, value };
  } catch (error) {
    return { type: 'error-text' as const, value: error instanceof Error ? error.message : String(error) };
  }
};
