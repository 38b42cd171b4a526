import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FetchCall, FetchResponse, HostRun, ToHost } from '../protocol.ts';
import type { HostDeath } from './code-host.ts';
import { HostClient } from './host-client.ts';

const MANIFEST = { format: 1 as const, definitions: [] };
const DEATH = { code: 'code_unresponsive', message: 'It looped.' };
const CALL: FetchCall = {
  url: 'https://api.example.com/',
  method: 'GET',
  headers: [],
  body: null,
  redirect: 'follow',
};
const run = (id: string): HostRun => ({ id, tenant: 'acme', agent: 'main' });

type NetworkCall = {
  network: readonly string[];
  signal: AbortSignal;
  answer: (response: FetchResponse) => void;
};

/** A client, what it sent, and what it fetches. */
function open() {
  const sent: ToHost[] = [];
  const fetches: NetworkCall[] = [];
  const client = new HostClient({
    manifest: MANIFEST,
    send: (message) => sent.push(message),
    networkFetch: (_, network, signal) =>
      new Promise((resolve, reject) => {
        fetches.push({ network, signal, answer: resolve });
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      }),
  });
  const last = <Type extends ToHost['type']>(type: Type) => {
    const message = sent.findLast((one) => one.type === type);
    if (message === undefined) throw new Error(`No ${type} was sent.`);
    return message as Extract<ToHost, { type: Type }>;
  };
  const invoke = (id = 'run-1', signal = new AbortController().signal) =>
    client.invoke(
      {
        definition: 'main',
        tool: 'pay',
        input: {},
        idempotencyKey: 'k',
        toolCallId: 'c',
        run: run(id),
        network: ['api.example.com'],
      },
      signal,
    );
  /** An execution that died, as it was told. */
  const start = (id: string) => {
    const died: HostDeath[] = [];
    let idle = 0;
    const code = client.start(
      { definition: 'main', input: {}, run: run(id), recorded: [] },
      {
        step() {},
        record() {},
        idle: () => {
          idle += 1;
        },
        finished() {},
        continued() {},
        died: (death) => void died.push(death),
      },
    );
    return { code, died, idle: () => idle, execution: last('start').execution };
  };
  return { client, sent, fetches, last, invoke, start };
}

describe('an execution', () => {
  it('is idle when its code has digested the last thing that was delivered', () => {
    const { client, start } = open();
    const { code, idle, execution } = start('run-1');
    code.settle('tool:pay#1', { ok: true, value: 1 });
    client.receive({ type: 'idle', execution, delivery: 1 });
    expect(idle()).toBe(0);
    client.receive({ type: 'idle', execution, delivery: 2 });
    expect(idle()).toBe(1);
  });

  it('is not heard any more once it was abandoned, and is told nothing', () => {
    const { client, sent, start } = open();
    const { code, idle, execution } = start('run-1');
    code.abandon();
    code.abandon();
    code.settle('tool:pay#1', { ok: true, value: 1 });
    client.receive({ type: 'idle', execution, delivery: 1 });
    expect(idle()).toBe(0);
    expect(sent.map(({ type }) => type)).toEqual(['start', 'abandon']);
  });
});

describe('when a host dies', () => {
  it('the run that had something to digest is suspected, others are not', () => {
    const { client, start } = open();
    const [working, waiting] = [start('working'), start('waiting')];
    client.receive({ type: 'idle', execution: waiting.execution, delivery: 1 });
    client.die(DEATH);
    expect(working.died).toEqual([{ ...DEATH, suspect: true }]);
    expect(waiting.died).toEqual([{ ...DEATH, suspect: false }]);
  });

  it.each(['invoke', 'parse', 'approval'] as const)(
    'the run for which it had to %s is suspected',
    async (question) => {
      const { client, start, invoke } = open();
      const [asking, waiting] = [start('asking'), start('waiting')];
      for (const { execution } of [asking, waiting]) client.receive({ type: 'idle', execution, delivery: 1 });
      const call = { definition: 'main', tool: 'pay', input: {}, run: run('asking'), toolCallId: 'c' };
      const answer = question === 'invoke' ? invoke('asking') : client[question](call);
      client.die(DEATH);
      expect([asking.died[0]?.suspect, waiting.died[0]?.suspect]).toEqual([true, false]);
      await expect(answer).rejects.toMatchObject({ code: 'code_unresponsive', outcomeUnknown: true });
    },
  );

  it('all are suspected when none had anything to do', () => {
    const { client, start } = open();
    const runs = [start('one'), start('two')];
    for (const { execution } of runs) client.receive({ type: 'idle', execution, delivery: 1 });
    client.die(DEATH);
    client.die({ code: 'code_host_died', message: 'Again.' });
    expect(runs.map(({ died }) => died)).toEqual(runs.map(() => [{ ...DEATH, suspect: true }]));
  });

  it('who watches over a run is told before what was asked for it fails, once, and not when it looks away', async () => {
    const { client, invoke } = open();
    const heard: (HostDeath | string)[] = [];
    client.watch('run-1', (death) => heard.push(death));
    client.watch('run-1', () => heard.push('looked away'))();
    const failed = invoke().catch(() => heard.push('failed'));
    client.die(DEATH);
    client.die(DEATH);
    await failed;
    expect(heard).toEqual([{ ...DEATH, suspect: true }, 'failed']);
    // Nobody can be the cause of a death that was before.
    client.watch('run-2', (death) => heard.push(death));
    client.watch('run-3', () => heard.push('looked away'))();
    await Promise.resolve();
    expect(heard.slice(2)).toEqual([{ ...DEATH, suspect: false }]);
  });

  it('what comes later fails at once, and nothing of it can have happened', async () => {
    const { client, sent, invoke } = open();
    client.die(DEATH);
    await expect(invoke()).rejects.toMatchObject({
      code: 'code_unresponsive',
      outcomeUnknown: false,
      retryable: true,
    });
    const heard: HostDeath[] = [];
    const listener = {
      step() {},
      record() {},
      idle() {},
      finished() {},
      continued() {},
      died: (death: HostDeath) => void heard.push(death),
    };
    const late = client.start({ definition: 'main', input: {}, run: run('late'), recorded: [] }, listener);
    late.settle('x', { ok: true, value: 1 });
    await Promise.resolve();
    expect(heard).toEqual([{ ...DEATH, suspect: false }]);
    expect(sent).toEqual([]);
  });
});

describe('a call that is told to stop', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const reason = new Error('The run was cancelled.');

  it('fails with why it was told, however the tool puts it', async () => {
    const { client, last, invoke } = open();
    const stop = new AbortController();
    const calling = invoke('run-1', stop.signal);
    stop.abort(reason);
    expect(last('abort')).toMatchObject({
      request: last('invoke').request,
      reason: 'The run was cancelled.',
    });
    const error = { code: 'tool_failed', message: 'AbortError' };
    client.receive({
      type: 'answer',
      request: last('invoke').request,
      answer: { kind: 'settled', settled: { ok: false, error } },
    });
    await expect(calling).rejects.toBe(reason);
  });

  it('succeeds when the tool was done all the same', async () => {
    const { client, last, invoke } = open();
    const stop = new AbortController();
    const calling = invoke('run-1', stop.signal);
    stop.abort(reason);
    client.receive({
      type: 'answer',
      request: last('invoke').request,
      answer: { kind: 'settled', settled: { ok: true, value: 'paid' } },
    });
    expect(await calling).toBe('paid');
  });

  it('fails a second later when the tool does not listen, and suspects nobody from then on', async () => {
    const { client, invoke, start } = open();
    const { died, execution } = start('other');
    client.receive({ type: 'idle', execution, delivery: 1 });
    const stop = new AbortController();
    const calling = invoke('run-1', stop.signal);
    const ended = expect(calling).rejects.toBe(reason);
    stop.abort(reason);
    await vi.advanceTimersByTimeAsync(1_000);
    await ended;
    client.die(DEATH);
    expect(died).toEqual([{ ...DEATH, suspect: true }]);
  });

  it('does not begin when it is told before', async () => {
    const { sent, invoke } = open();
    await expect(invoke('run-1', AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(sent).toEqual([]);
  });
});

describe('a question to author code', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([
    ['parse', 'inputSchema of "pay"'],
    ['approval', 'toolApproval of "pay"'],
  ] as const)('is given up after a minute: %s', async (question, named) => {
    const { client } = open();
    const call = { definition: 'main', tool: 'pay', input: {}, run: run('run-1'), toolCallId: 'c' };
    const asked = expect(client[question](call)).rejects.toMatchObject({
      code: 'code_stalled',
      message: expect.stringContaining(named),
    });
    await vi.advanceTimersByTimeAsync(60_000);
    await asked;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('about an answer of a model is given up after ten seconds, because the answer is held back meanwhile', async () => {
    const { client } = open();
    const call = { definition: 'main', answer: 'Yes.', input: 'Is it?', run: run('run-1') };
    const asked = expect(client.verify(call)).rejects.toMatchObject({
      code: 'code_stalled',
      message: expect.stringContaining('verify of "main"'),
    });
    await vi.advanceTimersByTimeAsync(10_000);
    await asked;
  });

  it('about an answer of a model is answered by whether it passed', async () => {
    const { client, last } = open();
    const asked = client.verify({ definition: 'main', answer: { total: 1 }, input: 'x', run: run('run-1') });
    expect(last('verify')).toMatchObject({ definition: 'main', answer: { total: 1 }, input: 'x' });
    client.receive({
      type: 'answer',
      request: last('verify').request,
      answer: { kind: 'verified', passed: false },
    });
    expect(await asked).toBe(false);
  });

  it('leaves no timer when it is answered', async () => {
    const { client, last } = open();
    const asked = client.parse({ definition: 'main', tool: 'pay', input: {}, run: run('run-1') });
    client.receive({
      type: 'answer',
      request: last('parse').request,
      answer: { kind: 'parsed', result: { ok: true, value: 1 } },
    });
    expect(await asked).toEqual({ ok: true, value: 1 });
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not answered by the answer to another', async () => {
    const { client, last } = open();
    const asked = client.approval({
      definition: 'main',
      tool: 'pay',
      input: {},
      toolCallId: 'c',
      run: run('run-1'),
    });
    client.receive({
      type: 'answer',
      request: last('approval').request,
      answer: { kind: 'parsed', result: { ok: true, value: 1 } },
    });
    await expect(asked).rejects.toMatchObject({ code: 'code_failed' });
  });
});

describe('a fetch', () => {
  it('belongs to a call, and may do what its tool declared', async () => {
    const { client, last, fetches, invoke } = open();
    const calling = invoke();
    client.receive({ type: 'fetch', fetch: 1, request: last('invoke').request, call: CALL });
    expect(fetches[0]?.network).toEqual(['api.example.com']);
    const response = {
      status: 200,
      statusText: 'OK',
      url: CALL.url,
      redirected: false,
      headers: [],
      body: '',
    };
    fetches[0]?.answer(response);
    await expect.poll(() => last('fetched')).toEqual({ type: 'fetched', fetch: 1, response });
    client.receive({
      type: 'answer',
      request: last('invoke').request,
      answer: { kind: 'settled', settled: { ok: true, value: 1 } },
    });
    await calling;
  });

  it('is refused outside a call', async () => {
    const { client, last, fetches } = open();
    void client.parse({ definition: 'main', tool: 'pay', input: {}, run: run('run-1') }).catch(() => {});
    for (const request of [last('parse').request, 999]) {
      client.receive({ type: 'fetch', fetch: request, request, call: CALL });
      await expect
        .poll(() => last('fetched'))
        .toMatchObject({ fetch: request, response: { error: { code: 'fetch_outside_call' } } });
    }
    expect(fetches).toEqual([]);
    client.die(DEATH);
  });

  it('ends when the tool gives it up, and when its call ends', async () => {
    const { client, last, fetches, invoke } = open();
    const calling = invoke();
    const { request } = last('invoke');
    client.receive({ type: 'fetch', fetch: 1, request, call: CALL });
    client.receive({ type: 'fetch', fetch: 2, request, call: CALL });
    client.receive({ type: 'fetch-aborted', fetch: 1 });
    expect(fetches.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    client.receive({ type: 'answer', request, answer: { kind: 'settled', settled: { ok: true, value: 1 } } });
    await calling;
    expect(fetches.map(({ signal }) => signal.aborted)).toEqual([true, true]);
  });
});
