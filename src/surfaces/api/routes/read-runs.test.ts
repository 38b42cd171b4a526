import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Run } from '../schemas/run.ts';
import { deploySupport, openTestApi, type TestApi } from '../testing/open-test-api.ts';
import { finishRun, takeRun } from '../testing/play-worker.ts';
import { bodyOf, refusalOf } from '../testing/read-body.ts';

let api: TestApi;
let key: string;
let other: string;
beforeAll(async () => {
  api = await openTestApi();
  key = await api.keyFor('acme', 'admin');
  other = await api.keyFor('globex', 'admin');
  await deploySupport(api, key);
  await deploySupport(api, other);
});
afterAll(() => api.drop());

const submit = async (more: object = {}, as = key) =>
  (await bodyOf<Run>(await api.send(as, 'POST', '/v1/runs', { agent: 'support', input: 'hi', ...more }))).id;
const read = async (id: string, as = key) => bodyOf<Run>(await api.send(as, 'GET', `/v1/runs/${id}`));
type Page = { runs: Run[]; nextCursor: string | null };
const list = async (query = '', as = key) => bodyOf<Page>(await api.send(as, 'GET', `/v1/runs${query}`));

describe('a run', () => {
  it('that succeeded shows what came out', async () => {
    const id = await submit();
    await finishRun(api, id, 'Tomorrow.');
    expect(await read(id)).toMatchObject({
      status: 'succeeded',
      input: 'hi',
      output: 'Tomorrow.',
      error: null,
      finishedAt: expect.stringMatching(/Z$/),
    });
  });

  it('that succeeded with its budget spent says that its answer is a part', async () => {
    const id = await submit();
    const run = await takeRun(api, id);
    const meta = { kind: 'run.succeeded' as const, partial: true as const };
    await run.settle({ status: 'succeeded' }, { meta, body: { output: 'It has left the house.' } });
    expect(await read(id)).toMatchObject({
      status: 'succeeded',
      output: 'It has left the house.',
      partial: true,
    });
  });

  it('that failed shows why', async () => {
    const id = await submit();
    const run = await takeRun(api, id);
    const error = {
      code: 'budget_spent',
      message: 'The run spent its 0.50 USD.',
      details: { inner: 'facts' },
    };
    await run.settle(
      { status: 'failed', errorCode: 'budget_spent' },
      { meta: { kind: 'run.failed', code: 'budget_spent' }, body: { error } },
    );
    expect(await read(id)).toMatchObject({
      status: 'failed',
      output: null,
      error: { code: 'budget_spent', message: 'The run spent its 0.50 USD.' },
    });
  });

  it('that was cancelled has neither output nor error', async () => {
    const id = await submit();
    const run = await takeRun(api, id);
    await run.settle({ status: 'cancelled' }, { meta: { kind: 'run.cancelled' } });
    const shown = await read(id);
    expect(shown).toMatchObject({ status: 'cancelled', output: null, error: null });
    expect(shown).not.toHaveProperty('partial');
  });

  it('that waits says for what, and until when', async () => {
    const id = await submit();
    const run = await takeRun(api, id);
    const wakeAt = Date.parse('2030-01-01T00:00:00Z');
    await run.settle(
      { status: 'waiting', waitingFor: [{ for: 'timer', key: 'sleep#0' }], wakeAt },
      { meta: { kind: 'run.waiting', for: [{ for: 'timer', key: 'sleep#0' }], wakeAt } },
    );
    expect((await read(id)).waitingFor).toEqual([
      { for: 'timer', key: 'sleep#0', until: '2030-01-01T00:00:00.000Z' },
    ]);
  });

  it('whose key was destroyed keeps its facts and has lost its content', async () => {
    const id = await submit({ subject: 'customer-1' });
    await finishRun(api, id, 'secret answer');
    await api.owner.query('DELETE FROM data_key WHERE stream = $1', [id]);
    expect(await read(id)).toMatchObject({
      status: 'succeeded',
      input: null,
      output: null,
      subject: 'customer-1',
    });
    expect(await api.send(key, 'GET', `/v1/runs/${id}/journal`)).toMatchObject({ status: 200 });
  });

  it.each(['nonsense', '01990000-0000-7000-8000-000000000000', "1' OR '1'='1"])(
    'that is not there is unknown: %s',
    async (id) => {
      const path = `/v1/runs/${encodeURIComponent(id)}`;
      expect(await refusalOf(await api.send(key, 'GET', path))).toEqual([404, 'unknown_run']);
      expect(await refusalOf(await api.send(key, 'GET', `${path}/events`))).toEqual([404, 'unknown_run']);
      expect(await refusalOf(await api.send(key, 'GET', `${path}/journal`))).toEqual([404, 'unknown_run']);
      expect(await refusalOf(await api.send(key, 'POST', `${path}/cancel`))).toEqual([404, 'unknown_run']);
    },
  );

  it('of another tenant is unknown too', async () => {
    const id = await submit();
    for (const path of ['', '/events', '/journal']) {
      expect(await refusalOf(await api.send(other, 'GET', `/v1/runs/${id}${path}`))).toEqual([
        404,
        'unknown_run',
      ]);
    }
    expect(await refusalOf(await api.send(other, 'POST', `/v1/runs/${id}/cancel`))).toEqual([
      404,
      'unknown_run',
    ]);
  });
});

describe('a list of runs', () => {
  const tenant = async () => {
    const as = await api.keyFor(`list-${crypto.randomUUID().slice(0, 8)}`, 'admin');
    await deploySupport(api, as);
    return as;
  };

  it('has the newest first, and pages without gaps or repeats', async () => {
    const as = await tenant();
    const made: string[] = [];
    for (let index = 0; index < 5; index += 1) made.unshift(await submit({}, as));
    const seen: string[] = [];
    let query: string | undefined = '?limit=2';
    while (query !== undefined) {
      const { runs, nextCursor }: Page = await list(query, as);
      expect(runs.length).toBeLessThanOrEqual(2);
      seen.push(...runs.map(({ id }) => id));
      query = nextCursor === null ? undefined : `?limit=2&cursor=${nextCursor}`;
    }
    expect(seen).toEqual(made);
  });

  it('ends with no cursor when a page is exactly full', async () => {
    const as = await tenant();
    await submit({}, as);
    expect(await list('?limit=1', as)).toMatchObject({ runs: [{}], nextCursor: null });
  });

  it('can be narrowed', async () => {
    const as = await tenant();
    const plain = await submit({}, as);
    const talk = await submit({ session: 's-1' }, as);
    const about = await submit({ subject: 'customer-1' }, as);
    const order = await submit({ agent: 'refund-order', input: { order: 'A' } }, as);
    await finishRun(api, plain, 'done');
    const idsOf = async (query: string) => (await list(query, as)).runs.map(({ id }) => id);
    expect(await idsOf('?session=s-1')).toEqual([talk]);
    expect(await idsOf('?subject=customer-1')).toEqual([about]);
    expect(await idsOf('?agent=refund-order')).toEqual([order]);
    expect(await idsOf('?status=running')).toEqual([order, about, talk]);
    expect(await idsOf('?status=succeeded&agent=support')).toEqual([plain]);
    expect(await idsOf('?agent=nobody')).toEqual([]);
  });

  it('is empty for a tenant without runs, whatever others have', async () => {
    expect(await list('', await tenant())).toEqual({ runs: [], nextCursor: null });
  });

  it.each([
    '?limit=0',
    '?limit=101',
    '?limit=x',
    '?status=done',
    '?cursor=x',
    '?agents=support',
    '?agent=%00',
  ])('is refused for %s', async (query) => {
    expect(await refusalOf(await api.send(key, 'GET', `/v1/runs${query}`))).toEqual([400, 'invalid_request']);
  });
});

describe('a journal', () => {
  type Journal = { entries: { frame: number; index: number; kind: string }[]; nextFrom: number | null };
  const journal = async (id: string, query = '') =>
    bodyOf<Journal>(await api.send(key, 'GET', `/v1/runs/${id}/journal${query}`));

  it('shows every entry with its place, its facts and its content', async () => {
    const id = await submit();
    const run = await takeRun(api, id);
    await run.record(
      { meta: { kind: 'run.claimed', epoch: 3, worker: 'w' } },
      {
        meta: { kind: 'step.completed', key: 'memo#0', operation: 'memo', outcome: 'ok' },
        body: { output: { rate: 3 } },
      },
    );
    const { entries, nextFrom } = await journal(id);
    expect(nextFrom).toBeNull();
    expect(entries).toMatchObject([
      { frame: 0, index: 0, kind: 'run.created', agent: 'support', content: { input: 'hi' } },
      { frame: 1, index: 0, kind: 'run.claimed', at: expect.any(Number), epoch: 3 },
      { frame: 1, index: 1, kind: 'step.completed', key: 'memo#0', content: { output: { rate: 3 } } },
    ]);
    expect(entries[1]).not.toHaveProperty('content');
  });

  it('is read in pages of frames', async () => {
    const id = await submit();
    const run = await takeRun(api, id);
    for (let epoch = 1; epoch <= 3; epoch += 1)
      await run.record({ meta: { kind: 'run.claimed', epoch, worker: 'w' } });
    const first = await journal(id, '?limit=2');
    expect(first.entries.map(({ frame }) => frame)).toEqual([0, 1]);
    expect(first.nextFrom).toBe(2);
    const last = await journal(id, '?limit=2&from=2');
    expect(last.entries.map(({ frame }) => frame)).toEqual([2, 3]);
    expect(last.nextFrom).toBeNull();
    expect(await journal(id, '?from=9')).toEqual({ entries: [], nextFrom: null });
  });

  it.each(['?from=-1', '?from=x', '?from=99999999999', '?limit=0', '?limit=1001', '?to=3'])(
    'is refused for %s',
    async (query) => {
      const id = await submit();
      expect(await refusalOf(await api.send(key, 'GET', `/v1/runs/${id}/journal${query}`))).toEqual([
        400,
        'invalid_request',
      ]);
    },
  );
});

describe('cancelling a run', () => {
  const cancel = (id: string) => api.send(key, 'POST', `/v1/runs/${id}/cancel`);

  it('is filed for its worker and recorded in the tenant’s stream', async () => {
    const id = await submit();
    const response = await cancel(id);
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ id, status: 'queued' });
    const { rows } = await api.owner.query('SELECT kind, number FROM inbox WHERE run = $1', [id]);
    expect(rows).toEqual([{ kind: 'cancel', number: 1 }]);
    const { rows: frames } = await api.owner.query(
      "SELECT meta FROM frame WHERE class = 'permanent' AND tenant = 'acme'",
    );
    const entries = frames.flatMap(({ meta }) => JSON.parse(meta) as { kind: string; run?: string }[]);
    expect(entries.at(-1)).toMatchObject({ kind: 'run.cancel-filed', run: id });
  });

  it('is refused for one that has ended', async () => {
    const id = await submit();
    await finishRun(api, id, 'done');
    expect(await refusalOf(await cancel(id))).toEqual([409, 'run_finished']);
  });
});
