import type { LanguageModelV4Prompt } from '@ai-sdk/provider';
import type { GenerateOptions, GenerateResult } from '../../contract/context.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import type { ModelRequest, ModelResponse } from '../../contract/model.ts';
import type { Schema } from '../../contract/schema.ts';
import { parseWith } from '../bundle/parse.ts';
import { schemaToJson } from '../bundle/schema-to-json.ts';
import { textOf } from './answer-text.ts';

/** One model call of a workflow. @throws BulkheadError `invalid_output` when the answer does not fit `schema` */
export async function generate<S extends Schema | undefined>(
  options: GenerateOptions<S>,
  call: (request: ModelRequest) => Promise<Json>,
): Promise<GenerateResult<S>> {
  const prompt: LanguageModelV4Prompt = [
    ...(options.system === undefined ? [] : [{ role: 'system' as const, content: options.system }]),
    { role: 'user', content: [{ type: 'text', text: options.prompt }] },
  ];
  const response = (await call({
    prompt,
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options.schema === undefined
      ? {}
      : { responseFormat: { type: 'json', schema: schemaToJson(options.schema) } }),
    ...(options.maxOutputTokens === undefined ? {} : { maxOutputTokens: options.maxOutputTokens }),
    ...(options.temperature === undefined ? {} : { temperature: options.temperature }),
  })) as unknown as ModelResponse;
  const text = textOf(response);
  const object = options.schema === undefined ? undefined : await parseAnswer(options.schema, text);
  return {
    text,
    object: object as GenerateResult<S>['object'],
    usage: {
      inputTokens: response.usage.inputTokens,
      outputTokens: response.usage.outputTokens,
      usd: response.usd ?? 0,
    },
  };
}

/** A model's text as an object of the schema. @throws BulkheadError `invalid_output` */
export async function parseAnswer(schema: Schema, text: string): Promise<Json> {
  let value: Json;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalidOutput('it is not JSON');
  }
  const parsed = await parseWith(schema, value);
  if (parsed.ok) return parsed.value;
  throw invalidOutput(parsed.issues);
}

function invalidOutput(issues: string): BulkheadError {
  return new BulkheadError({
    code: 'invalid_output',
    message: `The model's answer does not fit the output schema: ${issues}.`,
  });
}
