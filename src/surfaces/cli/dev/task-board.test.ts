import { afterEach, describe, expect, it } from 'vitest';
import { ApiClient, type Run, type RunEvent } from '../client/index.ts';
import { type FakeApi, sendEvents, sendProblem, startFakeApi } from '../testing/fake-api.ts';
import { answeredRun, sampleEntries, sampleReview, sampleRun } from '../testing/samples.ts';
import type { DevEvent } from './dev-event.ts';
import { TaskBoard } from './task-board.ts';

let api: FakeApi | undefined;
afterEach(() => api?.stop());

const entries = sampleEntries.map((entry, index): RunEvent => ({ event: 'entry', id: `${index}.0`, entry }));
const asked = entries.findIndex(({ event, ...rest }) => JSON.stringify(rest).includes('review.requested'));

/** A server on which the run of each input has these events; where none are given, the submission is refused. */
async function board(stories: Record<string, RunEvent[]>) {
  const idOf = (input: string) => `run-${input}`;
  api = await startFakeApi({
    'POST /v1/runs': ({ body }, response) => {
      const { input } = body as { input: string };
      if (stories[input] === undefined) {
        return sendProblem(response, 422, 'missing_key', 'OPENAI_API_KEY is not set.');
      }
      response.end(JSON.stringify(sampleRun({ id: idOf(input), input })));
    },
    ...Object.fromEntries(
      Object.entries(stories).map(([input, events]) => [
        `GET /v1/runs/${idOf(input)}/events`,
        (_: unknown, response: Parameters<typeof sendEvents>[0]) => sendEvents(response, events),
      ]),
    ),
  });
  const events: DevEvent[] = [];
  const settled = Promise.withResolvers<void>();
  const leaving = new AbortController();
  const tasks = new TaskBoard({
    client: new ApiClient({ url: api.url, key: 'k', keyPlace: '' }),
    show: (event) => {
      events.push(event);
      if (event.event === 'settled') settled.resolve();
    },
    signal: leaving.signal,
    uptime: () => 3.2,
  });
  const named = <Name extends DevEvent['event']>(name: Name) =>
    events.filter((event): event is Extract<DevEvent, { event: Name }> => event.event === name);
  return { tasks, named, events, settled: settled.promise, leave: () => leaving.abort() };
}

const submission = (input: string) => ({ agent: 'support', input });
const answered = (changes: Partial<Run> = {}): RunEvent => ({ event: 'end', run: answeredRun(changes) });

describe('the board of tasks', () => {
  it('shows each task from its start to its end, and when the first was finished', async () => {
    const { tasks, named, settled } = await board({ a: [...entries, answered()], b: [answered()] });
    await tasks.submit([submission('a'), submission('b')]);
    tasks.close(null);
    await settled;
    expect(named('task.submitted').map(({ task, run }) => [task, run.id])).toEqual([
      [1, 'run-a'],
      [2, 'run-b'],
    ]);
    expect(named('task.entry').filter(({ task }) => task === 1)).toHaveLength(entries.length);
    expect(
      named('task.ended')
        .map(({ task }) => task)
        .sort(),
    ).toEqual([1, 2]);
    expect(named('first.finished')).toEqual([{ event: 'first.finished', seconds: 3.2 }]);
    expect(named('settled')).toMatchObject([
      { succeeded: 2, ended: 2, waiting: [], example: submission('a') },
    ]);
  });

  it('is settled when all that is left waits for people', async () => {
    const { tasks, named, settled, leave } = await board({ a: entries.slice(0, asked + 1), b: [answered()] });
    await tasks.submit([submission('a'), submission('b')]);
    tasks.close(null);
    await settled;
    leave();
    expect(named('settled')).toMatchObject([
      { ended: 1, waiting: [{ task: 1, run: 'run-a', review: sampleReview().id, kind: 'approval' }] },
    ]);
  });

  it('is not settled while a run goes on after a decision', async () => {
    const { tasks, named, leave } = await board({ a: entries });
    await tasks.submit([submission('a')]);
    await expect.poll(() => named('task.entry').length).toBe(entries.length);
    tasks.close(null);
    leave();
    expect(named('settled')).toEqual([]);
  });

  it('goes on after a task that the server refuses', async () => {
    const { tasks, named, settled } = await board({ b: [answered()] });
    await tasks.submit([submission('a'), submission('b')]);
    tasks.close(null);
    await settled;
    expect(named('task.refused')).toMatchObject([{ task: 1, problem: { code: 'missing_key' } }]);
    expect(named('task.submitted')).toMatchObject([{ task: 2 }]);
    expect(named('settled')).toMatchObject([{ example: submission('b') }]);
  });

  it('follows runs of an earlier start', async () => {
    const { tasks, named, settled } = await board({ old: [answered()] });
    tasks.follow([sampleRun({ id: 'run-old' })]);
    tasks.close(null);
    await settled;
    expect(named('task.ended')).toHaveLength(1);
  });

  it('is settled at once where there is nothing to do, with an example to try', async () => {
    const { tasks, events } = await board({});
    tasks.close(submission('<your message>'));
    expect(events).toEqual([
      { event: 'settled', succeeded: 0, ended: 0, waiting: [], example: submission('<your message>') },
    ]);
  });
});
