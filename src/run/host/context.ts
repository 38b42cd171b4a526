import { randomUUID } from 'node:crypto';
import type {
  ChildOptions,
  GenerateOptions,
  GenerateResult,
  ReviewAnswer,
  ReviewRequest,
  WorkflowContext,
} from '../../contract/context.ts';
import { showValue } from '../../contract/define/show-value.ts';
import { type Duration, milliseconds } from '../../contract/duration.ts';
import { BulkheadError } from '../../contract/errors.ts';
import { type Json, toJson } from '../../contract/json.ts';
import type { Schema } from '../../contract/schema.ts';
import type { ToolSet } from '../../contract/tool.ts';
import { callTool } from './call-tool.ts';
import type { HostExecution } from './execution.ts';
import { generate } from './generate.ts';
import type { Scope } from './scope.ts';

/** What the context needs of the workflow that it is made for. */
export type ContextCode = {
  tools: ToolSet;
  /** Whether a run of this workflow takes the input. @throws BulkheadError `invalid_input` */
  checkInput: (input: Json) => Promise<unknown>;
};

/** What a workflow is handed: every method is one step, except `all`, which opens scopes. */
export function createContext(execution: HostExecution, scope: Scope, code: ContextCode): WorkflowContext {
  const { tools } = code;
  const step = (name: string) => scope.next(name);
  return {
    runId: execution.run.id,
    tenant: execution.run.tenant,
    ...(execution.run.session === undefined ? {} : { session: execution.run.session }),
    ...(execution.run.subject === undefined ? {} : { subject: execution.run.subject }),
    tools: Object.fromEntries(
      Object.keys(tools).map((tool) => [
        tool,
        (input: unknown) =>
          callTool(execution, step(`tool:${tool}`), { tool, input: toJson(input) }, tools[tool]),
      ]),
    ),
    generate: <S extends Schema | undefined>(options: GenerateOptions<S>): Promise<GenerateResult<S>> =>
      generate(options, (request) => execution.call(step('model'), { operation: 'model', request })),
    run: (definition: unknown, input: unknown, options: ChildOptions = {}) => {
      const name = childName(definition);
      return execution.call(step(`child:${name}`), {
        operation: 'child',
        definition: name,
        input: toJson(input),
        ...(options.budget === undefined ? {} : { budget: options.budget }),
      }) as Promise<never>;
    },
    review: (request: ReviewRequest) =>
      execution.call(step('review'), {
        operation: 'review',
        title: request.title,
        detail: toJson(request.detail),
        ...(request.expiresAfter === undefined ? {} : { expiresAfter: milliseconds(request.expiresAfter) }),
      }) as Promise<Json> as Promise<ReviewAnswer>,
    sleep: async (duration: Duration) => {
      await execution.call(step('sleep'), { operation: 'sleep', duration: milliseconds(duration) });
    },
    continueAsNew: async (input: unknown) => {
      const next = toJson(input);
      await code.checkInput(next);
      return execution.continueAsNew(next);
    },
    all: (branches) => all(execution, scope.branch('all'), code, branches),
    memo: <Value>(name: string, produce: () => Value | Promise<Value>) => {
      checkName(name);
      return execution.produce(step(`memo:${name}`), 'memo', produce) as Promise<Value>;
    },
    now: () => execution.produce(step('now'), 'now', () => Date.now()) as Promise<number>,
    random: () => execution.produce(step('random'), 'random', () => Math.random()) as Promise<number>,
    uuid: () => execution.produce(step('uuid'), 'uuid', () => randomUUID()) as Promise<string>,
  };
}

/** Waits for every branch, also when one fails, so that no branch runs on unseen; then the first failure is thrown. */
async function all<Branches extends Record<string, (context: WorkflowContext) => Promise<unknown>>>(
  execution: HostExecution,
  scope: Scope,
  code: ContextCode,
  branches: Branches,
): Promise<{ [Name in keyof Branches]: Awaited<ReturnType<Branches[Name]>> }> {
  const names = Object.keys(branches);
  names.forEach(checkName);
  const settled = await Promise.allSettled(
    names.map(async (name) => branches[name]?.(createContext(execution, scope.branch(name), code))),
  );
  const failed = settled.find((result) => result.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  const values = settled.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
  return Object.fromEntries(names.map((name, index) => [name, values[index]])) as never;
}

/** Types keep only who writes them: code in JavaScript may give the name itself, or an import that is not there. */
function childName(definition: unknown): string {
  const { name } = Object(definition) as { name?: unknown };
  if (typeof definition === 'object' && typeof name === 'string' && name !== '') return name;
  const given = definition === undefined ? 'nothing' : showValue(definition);
  throw new BulkheadError({
    code: 'invalid_child',
    message: `context.run was given ${given}. Give it the agent or workflow itself, which the file imports or defines, as in context.run(support, input).`,
    endsRun: true,
  });
}

function checkName(name: string): void {
  if (/^[\w.:-]{1,100}$/.test(name)) return;
  throw new BulkheadError({
    code: 'invalid_step_name',
    message: `"${name}" cannot name a step. Use 1 to 100 letters, digits, and . : - _`,
    endsRun: true,
  });
}
