import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Review, Run } from '../../src/surfaces/cli/client/index.ts';
import { ask, at, run, Up } from './command-line.ts';
import { copySupport, edit, freePort, makePlace, type Place } from './place.ts';

type Expected = {
  name: string;
  calls: { tool: string; input: unknown }[];
  ends: 'answered' | 'waits for approval' | 'escalates';
  says: string[];
};

let place: Place;
let project: string;
let backend: string;
let expected: Expected[];
let dev: Up;
beforeAll(async () => {
  place = await makePlace();
  const backendPort = await freePort();
  backend = `http://127.0.0.1:${backendPort}`;
  project = await copySupport(place, { backendPort, withService: true });
  expected = JSON.parse(await readFile(join(project, 'expected.json'), 'utf8'));
  dev = new Up(place, 'dev', 'support', '--json');
  await dev.until('settled');
}, 120_000);
afterAll(async () => {
  await dev?.end('SIGKILL');
  await place?.remove();
}, 60_000);

async function effects(): Promise<{ kind: string; account: string; usd?: number }[]> {
  const body = (await (await fetch(`${backend}/effects`)).json()) as { effects: never[] };
  return body.effects;
}

const byAccount = (one: { account: string; kind: string }, other: { account: string; kind: string }) =>
  `${one.account} ${one.kind}` < `${other.account} ${other.kind}` ? -1 : 1;

const done = [
  { kind: 'credit', account: 'AC-1042', usd: 10 },
  { kind: 'credit', account: 'AC-1045', usd: 5 },
  { kind: 'line-test', account: 'AC-1044' },
];

describe('a day of support, on one command', { timeout: 60_000 }, () => {
  it('says where it is, and that the built-in model answers because no key is set', async () => {
    const started = await dev.until('started');
    expect(started).toMatchObject({ home: place.home, model: 'local' });
    expect(started.because).toContain('No provider key is set');
  });

  it('runs every task as it is expected', async () => {
    const { waiting } = await dev.until('settled');
    expect(expected.length).toBeGreaterThanOrEqual(6);
    for (const [index, { name, calls, ends, says }] of expected.entries()) {
      const task = index + 1;
      const made = dev.events.flatMap((event) =>
        event.event === 'task.entry' && event.task === task && event.entry.kind === 'tool.requested'
          ? [{ tool: event.entry.tool, input: event.entry.content?.input }]
          : [],
      );
      expect(made, name).toEqual(calls);
      const kinds = waiting.filter((review) => review.task === task).map(({ kind }) => kind);
      const asked = { answered: [], 'waits for approval': ['approval'], escalates: ['escalation'] };
      expect(kinds, name).toEqual(asked[ends]);
      if (ends !== 'answered') continue;
      const { run: ended } = await dev.until('task.ended', (event) => event.task === task);
      for (const words of says) expect(ended.output, name).toContain(words);
    }
  });

  it('has done what was asked, once, and not what waits', async () => {
    expect((await effects()).sort(byAccount)).toMatchObject([...done].sort(byAccount));
    expect(await effects()).toHaveLength(done.length);
  });

  it('lists the large credit for a person, who approves it, and only then it happens', async () => {
    const { reviews } = await ask<{ reviews: Review[] }>(place, dev, 'review', 'list', '--kind', 'approval');
    expect(reviews).toMatchObject([{ tool: 'credit', content: { input: { account: 'AC-1044', usd: 80 } } }]);
    const [review] = reviews;
    const { code, out } = await run(
      at(place, dev),
      'review',
      'approve',
      String(review?.id),
      '--note',
      'Fair.',
    );
    expect(code).toBe(0);
    expect(out).toContain('approved: approve credit {"account":"AC-1044","usd":80}?');
    const { run: ended } = await dev.until('task.ended', (event) => event.run.id === review?.run);
    expect(ended.status).toBe('succeeded');
    const all = await effects();
    expect(all).toHaveLength(done.length + 1);
    expect(all.at(-1)).toMatchObject({ kind: 'credit', account: 'AC-1044', usd: 80 });
  });

  it('takes no second decision', async () => {
    const { reviews } = await ask<{ reviews: Review[] }>(place, dev, 'review', 'list', '--status', 'decided');
    const { code, error } = await run(at(place, dev), 'review', 'deny', String(reviews[0]?.id));
    expect(code).toBe(1);
    expect(error).toContain('has been decided already');
    expect(await effects()).toHaveLength(done.length + 1);
  });

  it('gives the customer the answer of a person where the agent handed over', async () => {
    const { reviews } = await ask<{ reviews: Review[] }>(place, dev, 'review', 'list');
    expect(reviews).toMatchObject([{ kind: 'escalation' }]);
    await ask(place, dev, 'review', 'answer', String(reviews[0]?.id), 'Yes, within the country.');
    const { run: ended } = await dev.until('task.ended', (event) => event.run.id === reviews[0]?.run);
    expect(ended).toMatchObject({ status: 'succeeded', output: 'Yes, within the country.' });
  });

  it('takes one more from another terminal', async () => {
    const { code, out, error } = await run(
      at(place, dev),
      ...['run', 'support', 'Is the line of AC-1043 working?', '--subject', 'AC-1043'],
    );
    expect(code).toBe(0);
    expect(out).toContain('Status: up');
    expect(error).toContain('tool  lineStatus {"account":"AC-1043"} · ok');
    const { runs } = await ask<{ runs: Run[] }>(place, dev, 'runs', '--subject', 'AC-1043', '--limit', '1');
    const shown = await run(at(place, dev), 'runs', 'show', String(runs[0]?.id));
    expect(shown.out).toContain('Is the line of AC-1043 working?');
    const journal = await run(at(place, dev), 'journal', String(runs[0]?.id), '--json');
    const kinds = journal.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).kind);
    expect(kinds[0]).toBe('run.created');
    expect(kinds).toEqual(expect.arrayContaining(['model.completed', 'tool.completed']));
    expect(kinds.at(-1)).toBe('run.succeeded');
  });

  it('refuses what a kill switch stops, and takes it again after', async () => {
    const set = await ask<{ id: string }>(
      place,
      dev,
      ...['kill', 'set', 'agent:support', '--reason', 'Wrong prices'],
    );
    // Workers know within two seconds; until then runs may still go through.
    await expect
      .poll(
        async () => (await run(at(place, dev), 'run', 'support', 'Is the line of AC-1043 working?')).error,
        { timeout: 20_000, interval: 100 },
      )
      .toContain('Wrong prices');
    await ask(place, dev, 'kill', 'clear', set.id);
    await expect
      .poll(
        async () => (await run(at(place, dev), 'run', 'support', 'Is the line of AC-1043 working?')).code,
        {
          timeout: 20_000,
          interval: 100,
        },
      )
      .toBe(0);
  });

  it('names the agents that there are when one is asked for that there is not', async () => {
    const { code, error } = await run(at(place, dev), 'run', 'suport', 'Hello');
    expect(code).toBe(1);
    expect(error).toBe(
      'There is no agent or workflow "suport". Deployed are: support. Deploy it with `bulkhead deploy <folder>`.\n',
    );
  });

  it('refuses a wrong definition in one sentence, and keeps the version that there is', async () => {
    const { version } = await dev.until('deployed');
    await edit(join(project, 'agent.ts'), (text) => text.replace("['read', 'write']", "['read', 'wirte']"));
    const { problem, standing } = await dev.until('deploy.failed');
    expect(problem.code).toBe('invalid_definition');
    expect(problem.detail).toContain('policy.effects');
    expect(problem.detail).toContain('wirte');
    expect(standing).toBe(version);
    const { code, error } = await run(at(place, dev), 'deploy', 'support');
    expect(code).toBe(1);
    expect(error).toBe(`${problem.detail}\n`);
    const answered = await run(at(place, dev), 'run', 'support', 'Is the line of AC-1043 working?');
    expect(answered.code).toBe(0);
  });

  it('deploys on save, and refuses an agent whose provider has no key', async () => {
    await edit(join(project, 'agent.ts'), (text) =>
      text
        .replace("['read', 'wirte']", "['read', 'write']")
        .replace("name: 'support',", "name: 'support', model: 'openai/gpt-5-mini',"),
    );
    await dev.until('deployed', (event) => !event.first);
    const { code, error } = await run(at(place, dev), 'run', 'support', 'Hello', '--json');
    expect(code).toBe(1);
    const problem = JSON.parse(error);
    expect(problem.code).toBe('missing_key');
    expect(problem.detail).toContain('OPENAI_API_KEY');
  });

  it('stops everything at Ctrl-C', async () => {
    expect(await dev.end('SIGINT')).toBe(0);
    expect(dev.events.at(-1)).toEqual({ event: 'stopped' });
    await expect(effects()).rejects.toThrow();
    const { code, error } = await run(at(place, dev), 'runs');
    expect(code).toBe(1);
    expect(error).toContain('No Bulkhead server answers');
    const { code: worker, error: sentence } = await run(place, 'worker');
    expect(worker).toBe(1);
    expect(sentence).toContain('No database server runs');
  });
});
