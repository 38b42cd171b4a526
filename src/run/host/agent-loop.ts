import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { Agent } from '../../contract/agent.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import type { DefinitionManifest } from '../../contract/manifest.ts';
import type { ModelRequest, ModelResponse } from '../../contract/model.ts';
import { parseWith } from '../bundle/parse.ts';
import { textOf } from './answer-text.ts';
import { callTool } from './call-tool.ts';
import { Compaction } from './compaction.ts';
import { earlierConversation } from './earlier-conversation.ts';
import type { HostExecution } from './execution.ts';
import { parseAnswer } from './generate.ts';
import { lastTurn, mayAnswerOnce } from './last-turn.ts';
import { assistantMessage, type CallResult, toolMessage } from './messages.ts';
import { offer, systemMessage } from './opening.ts';
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
  const question = typeof input === 'string' ? input : JSON.stringify(input);
  const prompt: LanguageModelV4Prompt = [
    { role: 'system', content: systemMessage(manifest) },
    ...(await earlierConversation(execution, scope)),
    { role: 'user', content: [{ type: 'text', text: question }] },
  ];
  const compaction = new Compaction(manifest, question, execution, scope);
  try {
    return await converse(agent, manifest, { input, prompt, compaction }, execution, scope);
  } catch (error) {
    if (!mayAnswerOnce(error)) throw error;
    const asked = { system: systemMessage(manifest), input, prompt, spent: error };
    return lastTurn(agent, manifest, asked, { execution, scope, threshold: thresholdOf(agent) });
  }
}

/** Adds to the prompt what was said and found, until there is an answer. */
async function converse(
  agent: Agent,
  manifest: DefinitionManifest,
  { input, prompt, compaction }: { input: Json; prompt: LanguageModelV4Prompt; compaction: Compaction },
  execution: HostExecution,
  scope: Scope,
): Promise<Json> {
  const tools = manifest.tools.map(offer);
  const threshold = thresholdOf(agent);

  for (let repairs = 0; ; ) {
    const request: ModelRequest = {
      prompt: [...prompt],
      ...(tools.length === 0 ? {} : { tools }),
      ...(manifest.outputSchema === undefined
        ? {}
        : { responseFormat: { type: 'json', schema: manifest.outputSchema } }),
    };
    const key = scope.next('model');
    let response: ModelResponse;
    try {
      response = (await execution.call(key, { operation: 'model', request })) as unknown as ModelResponse;
    } catch (error) {
      if (agent.onOutage !== 'escalate' || !isOutage(error)) throw error;
      const problem = `No model can answer at the moment. ${error.message}`;
      return handOver(agent, { question: input, draft: '', confidence: 0, problem }, execution, scope);
    }
    prompt.push(assistantMessage(response));
    const calls = response.content.filter(
      (part): part is Call => part.type === 'tool-call' && !part.providerExecuted,
    );
    if (calls.length > 0) {
      const results = await callTools(calls, key, agent, manifest, execution, scope);
      prompt.push(toolMessage(results));
      for (const result of results) if ('error' in result && mayAnswerOnce(result.error)) throw result.error;
      await compaction.fit(prompt, request.prompt.length, response);
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

function thresholdOf({ escalateBelow = ESCALATE_BELOW }: Agent): number {
  return escalateBelow;
}

/** Whether a model call failed because no model of it could answer, as the model gateway says. */
function isOutage(error: unknown): error is BulkheadError {
  return BulkheadError.isInstance(error) && error.details?.outage === true;
}

/** A person's answer is the output. It needs the output's shape, as a model's does; who gives another is asked again. */
async function handOver(
  agent: Agent,
  question: { question: Json; draft: string; confidence: number; problem?: string },
  execution: HostExecution,
  scope: Scope,
): Promise<Json> {
  for (let { problem } = question; ; ) {
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
