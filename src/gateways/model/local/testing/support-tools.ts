import type { JSONObject, JSONValue } from '@ai-sdk/provider';
import { z } from 'zod';
import { support } from '../../../../../examples/support/agent.ts';
import { Routes } from '../../../../../examples/support/backend/routes.ts';
import type { TestTool } from './test-tool.ts';

/** How a request of a tool is answered. */
type Fetch = typeof globalThis.fetch;

/** The example's backend in this process, as a `fetch`. */
const inProcess = (): Fetch => {
  const routes = new Routes();
  return async (input, init) => {
    const body = typeof init?.body === 'string' ? JSON.parse(init.body) : undefined;
    const key = new Headers(init?.headers).get('idempotency-key') ?? undefined;
    const reply = routes.answer({ method: init?.method ?? 'GET', url: new URL(String(input)), key, body });
    return Response.json(reply.body, { status: reply.status });
  };
};

let calls = 0;

/** The tools of the support example as its agent offers them, run against a backend of their own. */
export function supportTools(fetch: Fetch = inProcess()): TestTool[] {
  return Object.entries(support.tools ?? {}).map(([name, tool]) => ({
    definition: {
      type: 'function',
      name,
      description: tool.description,
      inputSchema: z.toJSONSchema(tool.inputSchema, { io: 'input', target: 'draft-7' }),
      providerOptions: { bulkhead: { effect: tool.effect, examples: [...(tool.examples ?? [])] } },
    },
    execute: async (input: JSONObject) => {
      calls += 1;
      const context = {
        fetch,
        abortSignal: new AbortController().signal,
        idempotencyKey: `test-${calls}`,
        toolCallId: `call-${calls}`,
        run: { id: 'run', tenant: 'test', agent: 'support' },
      };
      const execute = tool.execute as (input: unknown, given: typeof context) => Promise<unknown>;
      return (await execute(tool.inputSchema.parse(input), context)) as JSONValue;
    },
  }));
}
