import type { Agent } from '../../contract/agent.ts';
import type { ResolvedApproval } from '../../contract/approval.ts';
import { BulkheadError, serializeError } from '../../contract/errors.ts';
import type { Json } from '../../contract/json.ts';
import type { BundleManifest, DefinitionManifest } from '../../contract/manifest.ts';
import type { BareTool, Tool, ToolSet } from '../../contract/tool.ts';
import type { Workflow } from '../../contract/workflow.ts';
import { parseWith } from '../bundle/parse.ts';
import type { FromHost, HostAnswer, RecordedStep, ToHost } from '../protocol.ts';
import { agentLoop } from './agent-loop.ts';
import { createContext } from './context.ts';
import { HostExecution } from './execution.ts';
import { FetchProxy } from './fetch-proxy.ts';
import { invokeTool } from './invoke-tool.ts';
import { Scope } from './scope.ts';

type Definition = Agent | Workflow;

/** Everything that author code does, behind two functions: `receive` and the given `send`. */
export class HostRuntime {
  readonly #definitions: ReadonlyMap<string, Definition>;
  readonly #manifests: ReadonlyMap<string, DefinitionManifest>;
  readonly #send: (message: FromHost) => void;
  readonly #fetches: FetchProxy;
  readonly #executions = new Map<number, HostExecution>();
  readonly #recorded = new Map<number, RecordedStep[]>();
  readonly #invocations = new Map<number, AbortController>();

  constructor(options: {
    definitions: readonly Definition[];
    manifest: BundleManifest;
    send: (message: FromHost) => void;
  }) {
    this.#definitions = new Map(options.definitions.map((definition) => [definition.name, definition]));
    this.#manifests = new Map(options.manifest.definitions.map((manifest) => [manifest.name, manifest]));
    this.#send = options.send;
    this.#fetches = new FetchProxy(options.send);
  }

  receive(message: ToHost): void {
    switch (message.type) {
      case 'recorded':
        return void this.#recorded.set(message.execution, [...this.#takeRecorded(message), ...message.steps]);
      case 'start':
        return this.#start({ ...message, recorded: [...this.#takeRecorded(message), ...message.recorded] });
      case 'settle':
        return this.#executions
          .get(message.execution)
          ?.settle(message.key, message.settled, message.delivery);
      case 'abandon':
        this.#executions.get(message.execution)?.abandon();
        this.#takeRecorded(message);
        return void this.#executions.delete(message.execution);
      case 'parse':
        return this.#answer(message.request, () => this.#parse(message));
      case 'approval':
        return this.#answer(message.request, () => this.#approval(message));
      case 'verify':
        return this.#answer(message.request, () => this.#verify(message));
      case 'invoke':
        return this.#answer(message.request, () => this.#invoke(message));
      case 'abort':
        return this.#invocations
          .get(message.request)
          ?.abort(
            new BulkheadError({ code: 'tool_interrupted', message: message.reason, outcomeUnknown: true }),
          );
      case 'fetched':
        return this.#fetches.answer(message.fetch, message.response);
      case 'ping':
        return this.#send({ type: 'pong', number: message.number });
    }
  }

  #takeRecorded({ execution }: { execution: number }): RecordedStep[] {
    const steps = this.#recorded.get(execution) ?? [];
    this.#recorded.delete(execution);
    return steps;
  }

  #start(message: Extract<ToHost, { type: 'start' }>): void {
    const execution = new HostExecution(message, this.#send);
    this.#executions.set(message.execution, execution);
    const code = () => this.#run(message.definition, message.input, execution);
    void execution.start(message.delivery, code).finally(() => this.#executions.delete(message.execution));
  }

  async #run(name: string, input: Json, execution: HostExecution): Promise<unknown> {
    const definition = this.#definition(name);
    const parsed = definition.inputSchema === undefined ? input : await parseInput(definition, input);
    if (definition.kind === 'agent') {
      const manifest = this.#manifests.get(name);
      if (manifest === undefined) throw unknownDefinition(name);
      return agentLoop(definition, manifest, parsed, execution, new Scope());
    }
    const context = createContext(execution, new Scope(), {
      tools: definition.tools ?? {},
      checkInput: (next) => parseInput(definition, next),
    });
    const output = await definition.run(parsed, context);
    if (definition.outputSchema === undefined) return output;
    const checked = await parseWith(definition.outputSchema, output);
    if (checked.ok) return checked.value;
    throw new BulkheadError({
      code: 'invalid_output',
      message: `The output of workflow "${name}" does not fit its outputSchema: ${checked.issues}.`,
    });
  }

  async #parse(message: Extract<ToHost, { type: 'parse' }>): Promise<HostAnswer> {
    const tool = this.#tool(message.definition, message.tool);
    return { kind: 'parsed', result: await parseWith(tool.inputSchema as never, message.input) };
  }

  async #approval(message: Extract<ToHost, { type: 'approval' }>): Promise<HostAnswer> {
    const approvals = this.#definition(message.definition).toolApproval as
      | Record<string, unknown>
      | undefined;
    const declared = approvals?.[message.tool];
    const answer: unknown =
      typeof declared === 'function'
        ? await declared(message.input, { toolCallId: message.toolCallId, run: message.run })
        : declared;
    return { kind: 'approval', result: typeof answer === 'string' ? { status: answer } : answer } as {
      kind: 'approval';
      result: ResolvedApproval;
    };
  }

  async #verify(message: Extract<ToHost, { type: 'verify' }>): Promise<HostAnswer> {
    const passed: unknown = await this.#definition(message.definition).routing?.verify?.(
      message.answer,
      message.input,
    );
    return { kind: 'verified', passed: passed === true };
  }

  async #invoke(message: Extract<ToHost, { type: 'invoke' }>): Promise<HostAnswer> {
    const controller = new AbortController();
    this.#invocations.set(message.request, controller);
    try {
      const fetch = this.#fetches.for(message.request, controller.signal);
      const tool = this.#tool(message.definition, message.tool);
      return {
        kind: 'settled',
        settled: await invokeTool(tool, message, { fetch, signal: controller.signal }),
      };
    } finally {
      this.#invocations.delete(message.request);
    }
  }

  #answer(request: number, work: () => Promise<HostAnswer>): void {
    work().then(
      (answer) => this.#send({ type: 'answer', request, answer }),
      (error: unknown) =>
        this.#send({
          type: 'answer',
          request,
          answer: { kind: 'settled', settled: { ok: false, error: serializeError(error, 'code_failed') } },
        }),
    );
  }

  #definition(name: string): Definition {
    const definition = this.#definitions.get(name);
    if (definition === undefined) throw unknownDefinition(name);
    return definition;
  }

  #tool(definition: string, name: string): Tool | BareTool {
    const tools: ToolSet = this.#definition(definition).tools ?? {};
    const tool = Object.hasOwn(tools, name) ? tools[name] : undefined;
    if (tool === undefined) {
      throw new BulkheadError({
        code: 'unknown_tool',
        message: `"${definition}" has no tool "${name}". Its tools are: ${Object.keys(tools).join(', ') || 'none'}.`,
      });
    }
    return tool;
  }
}

async function parseInput(definition: Definition, input: Json): Promise<Json> {
  if (definition.inputSchema === undefined) return input;
  const parsed = await parseWith(definition.inputSchema, input);
  if (parsed.ok) return parsed.value;
  throw new BulkheadError({
    code: 'invalid_input',
    message: `The input does not fit the inputSchema of "${definition.name}": ${parsed.issues}.`,
  });
}

function unknownDefinition(name: string): BulkheadError {
  return new BulkheadError({
    code: 'unknown_definition',
    message: `The bundle has no agent or workflow "${name}". Export it from the project's entry file.`,
    endsRun: true,
  });
}
