import type { JSONObject, JSONValue, LanguageModelV4FunctionTool } from '@ai-sdk/provider';
import { z } from 'zod';

/** A tool as the model is offered it, with the function that a test runs for it. */
export type TestTool = {
  definition: LanguageModelV4FunctionTool;
  execute: (input: JSONObject) => JSONValue | Promise<JSONValue>;
};

/** Makes a tool from a zod schema, as an agent would offer it. */
export function testTool(tool: {
  name: string;
  description: string;
  schema: z.ZodType;
  effect: 'read' | 'write' | 'execute';
  examples?: readonly string[];
  execute?: TestTool['execute'];
}): TestTool {
  const { name, description, schema, effect, examples = [] } = tool;
  return {
    definition: {
      type: 'function',
      name,
      description,
      inputSchema: z.toJSONSchema(schema, { io: 'input', target: 'draft-7', unrepresentable: 'any' }),
      providerOptions: { bulkhead: { effect, examples: [...examples] } },
    },
    execute: tool.execute ?? ((input) => input),
  };
}
