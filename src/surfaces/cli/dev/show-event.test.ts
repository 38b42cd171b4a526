import { describe, expect, it } from 'vitest';
import { CommandContext } from '../command-context.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';
import { answeredRun, sampleEntries, sampleRun } from '../testing/samples.ts';
import type { DevEvent } from './dev-event.ts';
import { createShow } from './show-event.ts';

const problem = {
  type: 't',
  title: 'T',
  code: 'invalid_definition',
  detail: 'agent "a": no.',
  retryable: false,
};
const started: DevEvent = {
  event: 'started',
  url: 'http://127.0.0.1:7460',
  home: '/code/.bulkhead',
  model: 'local',
  because: 'No provider key is set.',
};

function shown(json: boolean, ...events: DevEvent[]): string {
  const terminal = fakeTerminal({ folder: '/code' });
  const show = createShow(new CommandContext(terminal, json));
  for (const event of events) show(event);
  return terminal.written();
}

describe('what dev shows', () => {
  it('begins with where it is and which model answers, and why', () => {
    expect(shown(false, started)).toBe(
      'bulkhead http://127.0.0.1:7460  data in .bulkhead\nmodel    local  No provider key is set.\n',
    );
  });

  it('gives every line of a task its number', () => {
    const run = sampleRun();
    const text = shown(
      false,
      { event: 'task.submitted', task: 3, run },
      ...sampleEntries.map((entry): DevEvent => ({ event: 'task.entry', task: 3, run: run.id, entry })),
      { event: 'task.ended', task: 3, run: answeredRun({ output: 'It is up.\nSince noon.' }) },
    );
    const lines = text.trim().split('\n');
    expect(lines.every((line) => line.trimStart().startsWith('3 │ '))).toBe(true);
    expect(lines.at(0)).toContain(`Is my line up? → support, run ${run.id}`);
    expect(lines).toContain(' 3 │ tool  credit {"account":"AC-1042","usd":80} · ok · 1.5 s · 2 redacted');
    expect(lines.slice(-3)).toEqual([
      ' 3 │ > It is up.',
      ' 3 │ > Since noon.',
      ' 3 │ succeeded · 1.5 s · 2 model calls · 1 tool call · 1,000 tokens · $0.0012',
    ]);
  });

  it('ends with how to submit one more and how to settle what waits', () => {
    const text = shown(false, started, {
      event: 'settled',
      succeeded: 4,
      ended: 5,
      waiting: [
        { task: 3, run: 'r3', review: 'rev3', kind: 'approval' },
        { task: 5, run: 'r5', review: 'rev5', kind: 'escalation' },
      ],
      example: { agent: 'support', input: "What's up?" },
    });
    expect(text).toContain('Tasks: 4 succeeded, 1 ended otherwise, 2 questions for a person.');
    expect(text).toContain(`submit another bulkhead run support 'What'\\''s up?'`);
    expect(text).toContain('settle task 3  bulkhead review approve rev3\n');
    expect(text).toContain('settle task 5  bulkhead review answer rev5 "<text>"\n');
  });

  it('names the port and the data folder in its commands where another terminal would not know them', () => {
    const elsewhere: DevEvent = { ...started, url: 'http://127.0.0.1:8080', home: '/srv/my data' };
    const settled: DevEvent = { event: 'settled', succeeded: 0, ended: 0, waiting: [], example: null };
    expect(shown(false, elsewhere, settled)).toContain(
      "see all BULKHEAD_HOME='/srv/my data' BULKHEAD_PORT=8080 bulkhead runs\n",
    );
  });

  it.each<[DevEvent, string]>([
    [
      { event: 'resumed', adopted: true, runs: 2 },
      'The database of a process that was killed was still up and is taken over; 2 runs under way go on.',
    ],
    [
      { event: 'resumed', adopted: false, runs: 1 },
      'A process before this one ended early; 1 run under way goes on.',
    ],
    [
      { event: 'service.ended', service: 'node backend/server.ts', code: 1 },
      'The service node backend/server.ts ended with exit code 1',
    ],
    [{ event: 'service.output', service: 'node s.ts', line: 'up\u001b[2J' }, 'node s.ts | up[2J'],
    [
      { event: 'deploy.failed', problem, standing: 'abcdef0123456789' },
      'agent "a": no.\nVersion abcdef012345 stays; save the file again when it is mended.',
    ],
    [{ event: 'deploy.failed', problem, standing: null }, 'agent "a": no.\nNothing new is deployed'],
    [
      { event: 'deployed', first: false, version: 'abcdef0123456789', definitions: [] },
      'version  abcdef012345, deployed on save; runs under way keep theirs',
    ],
    [{ event: 'tasks.skipped', tasks: 6 }, '6 of tasks.json not submitted again'],
    [{ event: 'first.finished', seconds: 4.25 }, 'First task finished 4.3 s after the start.'],
    [{ event: 'watch.failed', reason: 'ENOSPC' }, 'The folder is not watched (ENOSPC)'],
    [{ event: 'log', level: 'warn', message: 'The database is away.' }, 'The database is away.'],
    [
      { event: 'task.refused', task: 1, submission: { agent: 'a', input: 'Hi' }, problem },
      ' 1 │ Hi\n 1 │ agent "a": no.',
    ],
    [{ event: 'task.lost', task: 1, problem }, ' 1 │ agent "a": no.'],
  ])('says %j', (event, sentence) => {
    expect(shown(false, event)).toContain(sentence);
  });

  it('is JSON lines with --json', () => {
    const events: DevEvent[] = [started, { event: 'stopping' }, { event: 'stopped' }];
    const lines = shown(true, ...events)
      .trim()
      .split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(events);
  });
});
