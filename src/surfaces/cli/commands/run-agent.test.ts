import { afterEach, describe, expect, it } from 'vitest';
import type { RunEvent } from '../client/index.ts';
import { runCommandLine } from '../run-command-line.ts';
import { type FakeApi, sendEvents, sendProblem, startFakeApi } from '../testing/fake-api.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';
import { answeredRun, sampleEntries, sampleRun } from '../testing/samples.ts';

let api: FakeApi | undefined;
afterEach(() => api?.stop());

const entries = sampleEntries.map((entry, index): RunEvent => ({ event: 'entry', id: `${index}.0`, entry }));
const delta: RunEvent = { event: 'delta', key: 'model.2', attempt: 1, text: 'It is up.' };
const ended = (run = answeredRun()): RunEvent => ({ event: 'end', run });

async function run(
  words: string[],
  options: { events?: RunEvent[]; inputSchema?: unknown; interactive?: boolean; input?: string } = {},
) {
  const { events = [ended()], inputSchema = null, ...rest } = options;
  api = await startFakeApi({
    'GET /v1/agents': { agents: [{ name: 'support', kind: 'agent', inputSchema }] },
    'POST /v1/runs': sampleRun(),
    [`GET /v1/runs/${sampleRun().id}/events`]: (_, response) => sendEvents(response, events),
  });
  const terminal = fakeTerminal({ environment: api.environment, ...rest });
  const code = await runCommandLine(['run', ...words], terminal);
  const submitted = api.requests.find(({ method }) => method === 'POST')?.body;
  return { code, out: terminal.written(), error: terminal.complained(), submitted };
}

describe('bulkhead run', () => {
  it('gives the answer on standard output and the steps on standard error', async () => {
    const { code, out, error } = await run(['support', 'Is my line up?'], {
      events: [...entries, delta, ended()],
    });
    expect(code).toBe(0);
    expect(out).toBe('It is up.\n');
    expect(error).toContain('tool  credit {"account":"AC-1042","usd":80} · ok');
    expect(error).toContain('waits for a person: approve credit');
    expect(error).toContain('bulkhead review approve 5f0c');
    expect(error).toContain('succeeded · 1.5 s · 2 model calls · 1 tool call · 1,000 tokens · $0.0012');
  });

  it('shows text live on a terminal, and the answer only where it is another', async () => {
    const same = await run(['support', 'Hi'], { events: [delta, ended()], interactive: true });
    expect(same.out).toBe('It is up.\n');
    await api?.stop();
    const other = await run(['support', 'Hi'], {
      events: [delta, ended(answeredRun({ output: 'It is [REDACTED].' }))],
      interactive: true,
    });
    expect(other.out).toBe('It is up.\nIt is [REDACTED].\n');
  });

  it('submits what its options say', async () => {
    const { submitted } = await run([
      'support',
      'Hi',
      '--session',
      's',
      '--lane',
      'urgent',
      '--subject',
      'ann',
      '--budget-usd',
      '0.25',
    ]);
    expect(submitted).toEqual({
      agent: 'support',
      input: 'Hi',
      session: 's',
      lane: 'urgent',
      subject: 'ann',
      budget: { usd: 0.25 },
    });
  });

  it('hands over JSON where the definition asks for it, also from standard input', async () => {
    const inputSchema = { type: 'object' };
    expect((await run(['support', '{"usd":5}'], { inputSchema })).submitted).toMatchObject({
      input: { usd: 5 },
    });
    await api?.stop();
    const piped = await run(['support', '-'], { inputSchema, input: '{"usd":6}\n' });
    expect(piped.submitted).toMatchObject({ input: { usd: 6 } });
  });

  it('hands over text that looks like JSON as text where the definition takes a message', async () => {
    expect((await run(['support', '42'])).submitted).toMatchObject({ input: '42' });
  });

  it('refuses text where the definition asks for JSON, before anything is submitted', async () => {
    const { code, error, submitted } = await run(['support', 'Hi'], { inputSchema: { type: 'object' } });
    expect({ code, submitted }).toEqual({ code: 1, submitted: undefined });
    expect(error).toContain('The input is not JSON');
  });

  it('fails when the run failed, and says why', async () => {
    const failed = sampleRun({
      status: 'failed',
      error: { code: 'budget_spent', message: 'The budget is spent.' },
    });
    const { code, out, error } = await run(['support', 'Hi'], { events: [ended(failed)] });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(error).toContain('failed: The budget is spent. (budget_spent)');
  });

  it('with --no-wait prints the id and goes', async () => {
    const { code, out } = await run(['support', 'Hi', '--no-wait']);
    expect({ code, out }).toEqual({ code: 0, out: `${sampleRun().id}\n` });
    expect(api?.requests.map(({ method }) => method)).toEqual(['GET', 'POST']);
  });

  it('with --json prints every event as a line', async () => {
    const { out, error } = await run(['support', 'Hi', '--json'], { events: [...entries, delta, ended()] });
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ event }) => event)).toEqual([
      'submitted',
      ...entries.map(() => 'entry'),
      'delta',
      'end',
    ]);
    expect(lines.at(-1).run.output).toBe('It is up.');
    expect(error).toBe('');
  });

  it('leaves the run going at Ctrl-C', async () => {
    api = await startFakeApi({
      'GET /v1/agents': { agents: [] },
      'POST /v1/runs': sampleRun(),
      [`GET /v1/runs/${sampleRun().id}/events`]: (_, response) => {
        response.writeHead(200);
        response.flushHeaders();
        terminal.interrupt();
      },
    });
    const terminal = fakeTerminal({ environment: api.environment });
    expect(await runCommandLine(['run', 'support', 'Hi'], terminal)).toBe(130);
    expect(terminal.complained()).toContain(`bulkhead runs show ${sampleRun().id}`);
    expect(api.requests.some(({ path }) => path.includes('cancel'))).toBe(false);
  });

  it('says what the server says about an agent that there is not', async () => {
    api = await startFakeApi({
      'GET /v1/agents': { agents: [] },
      'POST /v1/runs': (_, response) =>
        sendProblem(response, 404, 'unknown_agent', 'There is no agent "suport". Deployed are: support.'),
    });
    const terminal = fakeTerminal({ environment: api.environment });
    expect(await runCommandLine(['run', 'suport', 'Hi'], terminal)).toBe(1);
    expect(terminal.complained()).toBe('There is no agent "suport". Deployed are: support.\n');
  });

  it.each(['0', '-1', 'much', 'Infinity'])('refuses a budget of %s', async (usd) => {
    const { code, submitted } = await run(['support', 'Hi', `--budget-usd=${usd}`]);
    expect({ code, submitted }).toEqual({ code: 2, submitted: undefined });
  });
});
