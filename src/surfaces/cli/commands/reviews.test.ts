import { afterEach, describe, expect, it } from 'vitest';
import { runCommandLine } from '../run-command-line.ts';
import { type FakeApi, sendProblem, startFakeApi } from '../testing/fake-api.ts';
import { fakeTerminal } from '../testing/fake-terminal.ts';
import { sampleReview } from '../testing/samples.ts';

let api: FakeApi | undefined;
afterEach(() => api?.stop());

const { id } = sampleReview();

async function run(...words: string[]) {
  api = await startFakeApi({
    'GET /v1/reviews': { reviews: [sampleReview()], nextCursor: null },
    [`POST /v1/reviews/${id}/decision`]: sampleReview({ status: 'decided' }),
    'POST /v1/reviews/gone/decision': (_, response) =>
      sendProblem(response, 409, 'review_already_decided', 'It has been decided already.'),
  });
  const terminal = fakeTerminal({ environment: api.environment });
  const code = await runCommandLine(['review', ...words], terminal);
  return { code, out: terminal.written(), error: terminal.complained(), asked: api.requests[0] };
}

describe('bulkhead review list', () => {
  it('lists what waits', async () => {
    const { out, asked } = await run('list');
    expect(asked?.path).toBe('/v1/reviews?status=pending');
    expect(out).toMatch(/^REVIEW +KIND +STATUS +AGENT +AGE +QUESTION\n/);
    expect(out).toContain('approve credit {"account":"AC-1042","usd":80}?');
  });

  it('lists all, or those of one run or kind', async () => {
    const { asked } = await run(
      'list',
      '--status',
      'all',
      '--run',
      'r',
      '--kind',
      'escalation',
      '--limit',
      '3',
    );
    expect(asked?.path).toBe('/v1/reviews?run=r&kind=escalation&limit=3');
  });

  it('is one document with --json', async () => {
    const { out } = await run('list', '--json');
    expect(JSON.parse(out)).toEqual({ reviews: [sampleReview()], nextCursor: null });
  });
});

describe('a decision', () => {
  it.each([
    [['approve', id], { decision: 'approved' }],
    [['deny', id, '--note', 'Too much'], { decision: 'denied', note: 'Too much' }],
    [['answer', id, 'We open at 9.'], { decision: 'answered', output: 'We open at 9.' }],
    [['resolve', id, 'retry'], { decision: 'retry' }],
    [['resolve', id, 'fail'], { decision: 'fail' }],
    [
      ['resolve', id, 'record', '--output', '{"credit":"CR-7"}'],
      { decision: 'record', output: { credit: 'CR-7' } },
    ],
    [['resolve', id, 'record', '--output', 'null'], { decision: 'record', output: null }],
  ])('%j sends %j', async (words, body) => {
    const { code, out, asked } = await run(...words);
    expect(code).toBe(0);
    expect(asked?.body).toEqual(body);
    expect(out).toContain('goes on. See it with: bulkhead runs show');
  });

  it.each([
    [['resolve', id, 'record'], 'record needs what the tool returned'],
    [['resolve', id, 'record', '--output', 'CR-7'], '--output is not JSON'],
    [['resolve', id, 'retry', '--output', '1'], '--output goes with record'],
    [['resolve', id, 'perhaps'], 'Allowed choices are retry, record, fail'],
  ])('%j is wrong usage', async (words, sentence) => {
    const { code, error, asked } = await run(...words);
    expect({ code, asked }).toEqual({ code: 2, asked: undefined });
    expect(error).toContain(sentence);
  });

  it('that comes too late fails with what the server says', async () => {
    const { code, error } = await run('approve', 'gone', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(error)).toMatchObject({ status: 409, code: 'review_already_decided' });
  });
});
