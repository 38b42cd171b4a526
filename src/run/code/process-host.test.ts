import { readFile } from 'node:fs/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { FetchCall, HostRun, Settled, StepRequest } from '../protocol.ts';
import type { HostDeath, RunningCode } from './code-host.ts';
import { type ProcessHost, type ProcessHostOptions, startProcessHost } from './process-host.ts';
import { type WrittenBundle, writeBundle } from './testing/write-bundle.ts';

const PROJECT = `
import { tool, workflow } from 'bulkhead';
const any = { type: 'object' };
const read = { inputSchema: any, effect: 'read' };
const tools = {
  echo: tool({ ...read, description: 'Echoes', execute: (input, { idempotencyKey }) => ({ ...input, idempotencyKey }) }),
  strict: tool({
    ...read,
    description: 'Takes a number',
    inputSchema: { type: 'object', properties: { number: { type: 'number' } }, required: ['number'] },
    execute: () => 1,
  }),
  fetches: tool({
    ...read,
    description: 'Fetches',
    network: ['api.example.com'],
    execute: async (_, { fetch }) => (await fetch('https://api.example.com/x')).text(),
  }),
  prints: tool({ ...read, description: 'Prints', execute: () => { console.log('hello'); console.error('careful'); } }),
  loops: tool({ ...read, description: 'Loops', execute: () => { for (;;); } }),
  exits: tool({ ...read, description: 'Exits', execute: () => process.exit(5) }),
  hoards: tool({ ...read, description: 'Hoards', execute: () => { const held = []; for (;;) held.push([held.length]); } }),
  waits: tool({
    ...read,
    description: 'Waits',
    execute: (_, { abortSignal }) => new Promise((_, no) => abortSignal.addEventListener('abort', () => no(abortSignal.reason))),
  }),
};
export const main = workflow({
  name: 'main',
  inputSchema: any,
  tools,
  toolApproval: { echo: ({ ask }) => ask, strict: 'denied' },
  run: async (input, context) => {
    if (input.loop) for (;;);
    const first = await context.memo('first', () => 1);
    const second = await context.tools.echo({ first });
    return { first, second };
  },
});
`;

let bundle: WrittenBundle;
const hosts: ProcessHost[] = [];
const logged: string[] = [];
beforeAll(async () => {
  bundle = await writeBundle(PROJECT);
});
afterEach(() => {
  for (const host of hosts.splice(0)) host.kill();
});
afterAll(() => bundle.remove());

async function start(options: Partial<ProcessHostOptions> = {}): Promise<ProcessHost> {
  const host = await startProcessHost({
    bundle: bundle.path,
    networkFetch: async () => {
      throw new Error('Nothing is to be fetched.');
    },
    log: (line) => logged.push(line),
    ...options,
  });
  hosts.push(host);
  return host;
}

const RUN: HostRun = { id: 'run-1', tenant: 'acme', agent: 'main' };
const invoke = (
  host: ProcessHost,
  tool: string,
  input = {},
  signal = new AbortController().signal,
  run = RUN,
) =>
  host.invoke(
    {
      definition: 'main',
      tool,
      input,
      idempotencyKey: 'key-1',
      toolCallId: 'call-1',
      run,
      network: ['api.example.com'],
    },
    signal,
  );

/** An execution of the workflow: what it asked for, and how it ended. */
function execute(host: ProcessHost, input = {}, run = RUN) {
  const steps: { key: string; request: StepRequest }[] = [];
  const records: string[] = [];
  let idle = 0;
  const finished = Promise.withResolvers<Settled>();
  const died = Promise.withResolvers<HostDeath>();
  const code: RunningCode = host.start(
    { definition: 'main', input, run, recorded: [] },
    {
      step: (key, _, request) => void steps.push({ key, request }),
      record: (key) => void records.push(key),
      idle: () => {
        idle += 1;
      },
      finished: finished.resolve,
      continued: () => {},
      died: died.resolve,
    },
  );
  return { code, steps, records, finished: finished.promise, died: died.promise, idle: () => idle };
}

/** Processes that this one has started, by Linux's account of them. */
const children = async () =>
  (await readFile(`/proc/self/task/${process.pid}/children`, 'utf8'))
    .split(' ')
    .filter((pid) => pid !== '')
    .map(Number);

describe('a process host', () => {
  it.skipIf(process.platform !== 'linux').each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'outlives a %s that its worker gets too: that lets calls end first',
    async (signal) => {
      const before = await children();
      const host = await start();
      const [pid] = (await children()).filter((child) => !before.includes(child));
      process.kill(Number(pid), signal);
      const running = execute(host);
      await expect.poll(() => running.idle()).toBe(1);
      expect(host.alive).toBe(true);
    },
  );

  it('describes its bundle, and runs it', async () => {
    const host = await start();
    expect(host.manifest.definitions).toMatchObject([{ kind: 'workflow', name: 'main' }]);
    const running = execute(host);
    await expect.poll(() => running.idle()).toBe(1);
    expect(running.records).toEqual(['memo:first#1']);
    expect(running.steps).toMatchObject([
      { key: 'tool:echo#1', request: { operation: 'tool', input: { first: 1 } } },
    ]);
    running.code.settle('tool:echo#1', { ok: true, value: 'echo' });
    expect(await running.finished).toEqual({ ok: true, value: { first: 1, second: 'echo' } });
  });

  it('parses, approves and invokes', async () => {
    const host = await start();
    const question = { definition: 'main', run: RUN };
    expect(await host.parse({ ...question, tool: 'strict', input: { number: 1 } })).toEqual({
      ok: true,
      value: { number: 1 },
    });
    expect(await host.parse({ ...question, tool: 'strict', input: {} })).toMatchObject({
      ok: false,
      issues: expect.stringContaining('number'),
    });
    const approve = (tool: string, input = {}) =>
      host.approval({ ...question, tool, input, toolCallId: 'call-1' });
    expect(await approve('strict')).toEqual({ status: 'denied' });
    expect(await approve('echo', { ask: { status: 'user-approval', reason: 'large' } })).toEqual({
      status: 'user-approval',
      reason: 'large',
    });
    await expect(approve('echo', { ask: 'perhaps' })).rejects.toMatchObject({ code: 'invalid_approval' });
    expect(await invoke(host, 'echo', { a: 1 })).toEqual({ a: 1, idempotencyKey: 'key-1' });
    await expect(invoke(host, 'nothing')).rejects.toMatchObject({ code: 'unknown_tool' });
  });

  it('fetches through its worker', async () => {
    const calls: [FetchCall, readonly string[]][] = [];
    const host = await start({
      networkFetch: async (call, network) => {
        calls.push([call, network]);
        return {
          status: 200,
          statusText: 'OK',
          url: call.url,
          redirected: false,
          headers: [],
          body: btoa('fetched'),
        };
      },
    });
    expect(await invoke(host, 'fetches')).toBe('fetched');
    expect(calls).toMatchObject([[{ url: 'https://api.example.com/x', method: 'GET' }, ['api.example.com']]]);
  });

  it('passes on what its code prints', async () => {
    const host = await start();
    await invoke(host, 'prints');
    await expect.poll(() => logged).toEqual(expect.arrayContaining(['hello', 'careful']));
  });

  it('tells a tool to stop, and hands over why', async () => {
    const host = await start();
    const stop = new AbortController();
    const waiting = invoke(host, 'waits', {}, stop.signal);
    stop.abort(new Error('The run was cancelled.'));
    await expect(waiting).rejects.toThrow('The run was cancelled.');
    expect(host.alive).toBe(true);
  });

  it('does not load what is no bundle', async () => {
    const empty = await writeBundle('export const nothing = 1;');
    await expect(start({ bundle: empty.path })).rejects.toMatchObject({ code: 'no_definitions' });
    const broken = await writeBundle('import "bulkhead/internal";');
    await expect(start({ bundle: broken.path })).rejects.toMatchObject({
      code: 'invalid_definition',
      message: expect.stringMatching(
        /^the project cannot be loaded: .*\. Mend what runs when it is imported/,
      ),
    });
    await Promise.all([empty.remove(), broken.remove()]);
  });

  it('does not load a bundle that speaks in the host’s place', async () => {
    const manifest = { format: 1, definitions: [] };
    const message = JSON.stringify(JSON.stringify({ type: 'ready', manifest }));
    const forging = await writeBundle(`
      import fs from 'node:fs';
      const body = Buffer.from(${message});
      const header = Buffer.alloc(4);
      header.writeUInt32BE(body.length);
      fs.writeSync(3, Buffer.concat([header, body]));
      ${PROJECT}`);
    const host = await start({ bundle: forging.path }).catch(() => undefined);
    await expect.poll(() => host?.alive ?? false).toBe(false);
    await forging.remove();
  });
});

describe('the death of a process host', () => {
  it.each([
    ['an endless loop', 'loops', { unresponsiveAfter: 400 }, 'code_unresponsive', '0.4 s without giving way'],
    ['process.exit', 'exits', {}, 'code_host_died', 'ended with code 5'],
    ['a full heap', 'hoards', { megabytes: 32 }, 'code_out_of_memory', 'more than the 32 MB'],
  ])('by %s says why, and that nobody knows what its calls did', async (_, tool, options, code, message) => {
    const host = await start(options);
    await expect(invoke(host, tool)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
      outcomeUnknown: true,
    });
    expect(host.alive).toBe(false);
    await expect(invoke(host, 'echo')).rejects.toMatchObject({ code, outcomeUnknown: false });
    expect(await execute(host).died).toMatchObject({ code, suspect: false });
  });

  it('suspects the runs that were at work, and not those that waited', async () => {
    const host = await start({ unresponsiveAfter: 400 });
    const waiting = execute(host, {}, { ...RUN, id: 'waiting' });
    await expect.poll(() => waiting.idle()).toBe(1);
    const looping = execute(host, { loop: true }, { ...RUN, id: 'looping' });
    expect(await looping.died).toMatchObject({ code: 'code_unresponsive', suspect: true });
    expect(await waiting.died).toMatchObject({ code: 'code_unresponsive', suspect: false });
  });

  it('suspects all when none was at work', async () => {
    const host = await start();
    const waiting = execute(host);
    await expect.poll(() => waiting.idle()).toBe(1);
    host.kill();
    expect(await waiting.died).toMatchObject({ code: 'code_host_stopped', suspect: true });
  });
});
