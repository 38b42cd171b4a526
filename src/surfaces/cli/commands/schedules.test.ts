import { afterEach, expect, it } from 'vitest';
import type { Schedule } from '../client/index.ts';
import { runCommandLine } from '../run-command-line.ts';
import { type FakeApi, startFakeApi } from '../testing/fake-api.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';
import { sampleRun } from '../testing/samples.ts';

const digest: Schedule = {
  id: '5f0c2d6e-0000-4000-8000-000000000001',
  name: 'digest',
  agent: 'writer',
  input: 'Sum up the day.',
  cron: '0 18 * * 1-5',
  timezone: 'Europe/Berlin',
  lane: 'normal',
  budget: {},
  subject: null,
  session: null,
  overlap: 'skip',
  catchUp: 'latest',
  paused: false,
  nextTick: '2026-03-02T17:00:00.000Z',
  lastTick: null,
  lastRun: null,
  lastError: null,
  principal: 'ada',
  createdAt: '2026-03-01T12:00:00.000Z',
  changedAt: '2026-03-01T12:00:00.000Z',
};

let api: FakeApi | undefined;
afterEach(() => api?.stop());

async function run(schedules: Schedule[], ...words: string[]) {
  api = await startFakeApi({
    'GET /v1/agents': { agents: [] },
    'GET /v1/schedules': { schedules, nextCursor: null },
    'POST /v1/schedules': digest,
    'PATCH /v1/schedules/digest': { ...digest, paused: true, nextTick: null },
    'POST /v1/schedules/digest/trigger': sampleRun({ schedule: { id: digest.id, tick: null } }),
    'DELETE /v1/schedules/digest': (_, response) => response.writeHead(204).end(),
  });
  const terminal = fakeTerminal({ environment: api.environment });
  const code = await runCommandLine(['schedules', ...words], terminal);
  return { code, out: terminal.written(), asked: api.requests.at(-1) };
}

it('lists schedules, when they tick next, and what went wrong', async () => {
  expect((await run([], 'list')).out).toBe('No schedules.\n');
  await api?.stop();
  const broken = { ...digest, lastError: { code: 'unknown_agent', message: 'There is no agent "writer".' } };
  const { out } = await run([broken], 'list');
  expect(out).toMatch(
    /digest +writer +0 18 \* \* 1-5 +Europe\/Berlin +2026-03-02T17:00:00.000Z +- +There is no agent/,
  );
});

it('makes one', async () => {
  const { code, out, asked } = await run(
    [],
    ...[
      'create',
      'digest',
      'writer',
      'Sum up the day.',
      '--cron',
      '0 18 * * 1-5',
      '--timezone',
      'Europe/Berlin',
    ],
    ...['--budget-usd', '0.5', '--overlap', 'queue'],
  );
  expect(code).toBe(0);
  expect(out).toBe('Schedule digest ticks next at 2026-03-02T17:00:00.000Z.\n');
  expect(asked?.body).toEqual({
    name: 'digest',
    agent: 'writer',
    input: 'Sum up the day.',
    cron: '0 18 * * 1-5',
    timezone: 'Europe/Berlin',
    budget: { usd: 0.5 },
    overlap: 'queue',
  });
});

it('pauses and resumes one', async () => {
  const paused = await run([], 'pause', 'digest');
  expect(paused.asked?.body).toEqual({ paused: true });
  expect(paused.out).toBe('Schedule digest is paused.\n');
  await api?.stop();
  expect((await run([], 'resume', 'digest')).asked?.body).toEqual({ paused: false });
});

it('triggers one and prints the run', async () => {
  const { out } = await run([], 'trigger', 'digest');
  expect(out).toBe(`${sampleRun().id}\n`);
});

it('deletes one', async () => {
  const { code, out } = await run([], 'delete', 'digest', '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({ schedule: 'digest', deleted: true });
});
