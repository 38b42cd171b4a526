import type { LanguageModelV4Message, LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { Agent } from '../../contract/agent.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import type { DefinitionManifest } from '../../contract/manifest.ts';
import type { ModelRequest, ModelResponse, OfferedTool } from '../../contract/model.ts';
import { parseWith } from '../bundle/parse.ts';
import { textOf } from './answer-text.ts';
import { callTool } from './call-tool.ts';
import type { HostExecution } from './execution.ts';
import { parseAnswer } from './generate.ts';
import { assistantMessage, type CallResult, toolMessage } from './messages.ts';
import type { Scope } from './scope.ts';

/** A model that is less sure than this hands over to a person, unless the agent says otherwise. */
const ESCALATE_BELOW = 0.6;
/** How often a model may mend an answer that does not fit the output schema. */
const REPAIRS = 2;

type Call = Extract<ModelResponse['content'][number], { type: 'tool-call' }>;

/** The agent loop: a workflow without privileges. It asks the model, runs the tools that it calls, and asks again. */
export async function agentLoop(
  agent: Agent,
  manifest: DefinitionManifest,
  input: Json,
  execution: HostExecution,
  scope: Scope,
): Promise<Json> {
  const earlier =
    execution.run.session === undefined
      ? []
      : await execution.call(scope.next('session'), { operation: 'session' });
  const prompt: LanguageModelV4Prompt = [
    { role: 'system', content: systemMessage(agent) },
    ...(earlier as unknown as LanguageModelV4Message[]),
    {
      role: 'user',
      content: [{ type: 'text', text: typeof input === 'string' ? input : JSON.stringify(input) }],
    },
  ];
  const tools = manifest.tools.map(offer);
  const threshold = agent.escalateBelow ?? ESCALATE_BELOW;

  for (let repairs = 0; ; ) {
    const request: ModelRequest = {
      prompt: [...prompt],
      ...(tools.length === 0 ? {} : { tools }),
      ...(manifest.outputSchema === undefined
        ? {}
        : { responseFormat: { type: 'json', schema: manifest.outputSchema } }),
    };
    const key = scope.next('model');
    const response = (await execution.call(key, { operation: 'model', request })) as unknown as ModelResponse;
    prompt.push(assistantMessage(response));
    const calls = response.content.filter(
      (part): part is Call => part.type === 'tool-call' && !part.providerExecuted,
    );
    if (calls.length > 0) {
      prompt.push(toolMessage(await callTools(calls, key, agent, manifest, execution, scope)));
      continue;
    }
    const text = textOf(response);
    if (response.confidence !== undefined && response.confidence < threshold) {
      return handOver(
        agent,
        { question: input, draft: text, confidence: response.confidence },
        execution,
        scope,
      );
    }
    if (agent.outputSchema === undefined) return text;
    try {
      return await parseAnswer(agent.outputSchema, text);
    } catch (error) {
      if (!BulkheadError.isInstance(error) || repairs === REPAIRS) throw error;
      repairs += 1;
      prompt.push({
        role: 'user',
        content: [{ type: 'text', text: `${error.message} Answer again, with JSON only.` }],
      });
    }
  }
}

/** A person's answer is the output. It needs the output's shape, as a model's does; who gives another is asked again. */
async function handOver(
  agent: Agent,
  question: { question: Json; draft: string; confidence: number },
  execution: HostExecution,
  scope: Scope,
): Promise<Json> {
  for (let problem: string | undefined; ; ) {
    const answer = await execution.call(scope.next('escalate'), {
      operation: 'escalate',
      ...question,
      ...(problem === undefined ? {} : { problem }),
    });
    if (agent.outputSchema === undefined) return answer;
    const parsed = await parseWith(agent.outputSchema, answer);
    if (parsed.ok) return parsed.value;
    problem = `The answer that was given does not fit the output schema: ${parsed.issues}.`;
  }
}

/** The calls of one answer run side by side; none executes before each of them may. */
async function callTools(
  calls: Call[],
  batch: string,
  { tools = {} }: Agent,
  manifest: DefinitionManifest,
  execution: HostExecution,
  scope: Scope,
): Promise<CallResult[]> {
  const known = new Set(manifest.tools.map((tool) => tool.name));
  const callable = calls.filter((call) => known.has(call.toolName) && !call.invalid);
  return Promise.all(
    calls.map(async (call): Promise<CallResult> => {
      if (call.invalid)
        return { call, error: { code: 'invalid_tool_input', message: 'The arguments are not JSON.' } };
      if (!known.has(call.toolName)) {
        const message = `There is no tool "${call.toolName}". The tools are: ${[...known].join(', ') || 'none'}.`;
        return { call, error: { code: 'unknown_tool', message } };
      }
      try {
        const request = {
          tool: call.toolName,
          input: call.input,
          toolCallId: call.toolCallId,
          ...(callable.length > 1 ? { batch: { id: batch, size: callable.length } } : {}),
        };
        const key = scope.next(`tool:${call.toolName}`);
        const output = await callTool(execution, key, request, tools[call.toolName]);
        return { call, output };
      } catch (error) {
        if (!BulkheadError.isInstance(error) || error.endsRun) throw error;
        return { call, error };
      }
    }),
  );
}

function systemMessage(agent: Agent): string {
  if (agent.rules === undefined || agent.rules.length === 0) return agent.instructions;
  return `${agent.instructions}\n\nRules that always hold:\n${agent.rules.map((rule) => `- ${rule}`).join('\n')}`;
}

function offer(tool: DefinitionManifest['tools'][number]): OfferedTool {
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: tool.inputSchema,
    providerOptions: { bulkhead: { examples: tool.examples, effect: tool.effect } },
  };
}
