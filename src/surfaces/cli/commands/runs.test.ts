import { afterEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../run-command-line.ts';
import { type FakeApi, startFakeApi } from '../testing/fake-api.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';
import { answeredRun, sampleReview, sampleRun } from '../testing/samples.ts';

let api: FakeApi | undefined;
afterEach(() => api?.stop());

async function run(routes: Parameters<typeof startFakeApi>[0], ...words: string[]) {
  api = await startFakeApi(routes);
  const terminal = fakeTerminal({ environment: api.environment });
  const code = await runCommandLine(words, terminal);
  return { code, out: terminal.written(), error: terminal.complained() };
}

const { id } = sampleRun();
const waiting = sampleRun({
  status: 'waiting',
  waitingFor: [{ for: 'review', key: 'tool:credit.1', review: sampleReview().id }],
});

describe('bulkhead runs', () => {
  it('lists runs with what they wait for and what went wrong', async () => {
    const failed = sampleRun({ status: 'failed', error: { code: 'missing_key', message: 'No key.' } });
    const { code, out, error } = await run(
      { 'GET /v1/runs': { runs: [waiting, failed, answeredRun()], nextCursor: id } },
      'runs',
    );
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^RUN +AGENT +STATUS +AGE +USD +INPUT$/);
    expect(lines[1]).toContain('waiting (review)');
    expect(lines[2]).toContain('failed (missing_key)');
    expect(lines[3]).toMatch(/succeeded +\d+ \w+ +\$0\.0012 +Is my line up\?$/);
    expect(error).toBe(`There are more: add --cursor ${id}\n`);
  });

  it('asks for what its filters say', async () => {
    const { out } = await run(
      { 'GET /v1/runs': { runs: [], nextCursor: null } },
      ...['runs', '--agent', 'support', '--status', 'waiting', '--session', 's', '--subject', 'ann'],
      ...['--limit', '5', '--cursor', 'c'],
    );
    expect(api?.requests[0]?.path).toBe(
      '/v1/runs?agent=support&status=waiting&session=s&subject=ann&limit=5&cursor=c',
    );
    expect(out).toBe('No runs.\n');
  });

  it('is one document with --json', async () => {
    const page = { runs: [answeredRun()], nextCursor: id };
    const { out, error } = await run({ 'GET /v1/runs': page }, 'runs', '--json');
    expect(JSON.parse(out)).toEqual(page);
    expect(error).toBe('');
  });
});

describe('bulkhead runs show', () => {
  it('shows a run with its answer', async () => {
    const { out } = await run(
      { [`GET /v1/runs/${id}`]: answeredRun({ session: 'ann' }) },
      'runs',
      'show',
      id,
    );
    expect(out).toContain('status    succeeded');
    expect(out).toContain('session   ann');
    expect(out).toContain('output\nIt is up.\n');
    expect(out).not.toContain('parent');
  });

  it('shows all that a person must know to decide, and how', async () => {
    const long = 'x'.repeat(1_000);
    const { out } = await run(
      {
        [`GET /v1/runs/${id}`]: waiting,
        [`GET /v1/reviews/${sampleReview().id}`]: sampleReview({ content: { input: { note: long } } }),
      },
      'runs',
      'show',
      id,
    );
    expect(out).toContain('waits for a person: approve credit');
    expect(out).toContain(long);
    expect(out).toContain(`bulkhead review approve ${sampleReview().id}`);
  });

  it('is one document with --json', async () => {
    const { out } = await run({ [`GET /v1/runs/${id}`]: waiting }, 'runs', 'show', id, '--json');
    expect(JSON.parse(out)).toEqual(waiting);
  });
});

it('bulkhead runs cancel asks a run to stop', async () => {
  const { code, out } = await run({ [`POST /v1/runs/${id}/cancel`]: sampleRun() }, 'runs', 'cancel', id);
  expect(code).toBe(0);
  expect(out).toContain(`Asked run ${id} to stop`);
});

describe('bulkhead journal', () => {
  const entry = (frame: number) => ({
    frame,
    index: 0,
    kind: 'run.claimed',
    epoch: 1,
    worker: 'w',
    at: frame,
  });
  const pages = {
    [`GET /v1/runs/${id}/journal`]: (request: { path: string }, response: { end(text: string): void }) =>
      response.end(
        JSON.stringify(
          request.path.endsWith('from=0')
            ? { entries: [entry(0), entry(1)], nextFrom: 2 }
            : { entries: [entry(2)], nextFrom: null },
        ),
      ),
  };

  it('shows every entry, page after page', async () => {
    const { out } = await run(pages, 'journal', id);
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => line.slice(0, 3)),
    ).toEqual(['0.0', '1.0', '2.0']);
    expect(out).toContain('run.claimed       epoch=1 worker=w');
  });

  it('is JSON lines with --json', async () => {
    const { out } = await run(pages, 'journal', id, '--json');
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([0, 1, 2].map(entry));
  });
});
