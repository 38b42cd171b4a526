import { afterEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../test/fakes/manual-clock.ts';
import { collect } from '../testing/collect.ts';
import { type FakeApi, sendEvents, sendProblem, startFakeApi } from '../testing/fake-api.ts';
import { answeredRun, sampleEntries } from '../testing/samples.ts';
import type { RunEvent } from './answers.ts';
import { ApiClient } from './api-client.ts';
import { followRun } from './follow-run.ts';

/** Time flies: every pause is over at once, and yet counts. */
class HurriedClock extends ManualClock {
  override async sleep(duration: number): Promise<void> {
    await this.advance(duration);
  }
}

const [first, second] = sampleEntries.map(
  (entry, index): RunEvent => ({ event: 'entry', id: `${index}.0`, entry }),
);
const end: RunEvent = { event: 'end', run: answeredRun() };

let api: FakeApi | undefined;
afterEach(() => api?.stop());

async function follow(
  handle: Parameters<typeof startFakeApi>[0][string],
  signal = new AbortController().signal,
) {
  api = await startFakeApi({ 'GET /v1/runs/r/events': handle });
  const client = new ApiClient({ url: api.url, key: 'k', keyPlace: '' });
  return followRun(client, 'r', { signal, clock: new HurriedClock() });
}

describe('following a run', () => {
  it('gives its entries, its text and its end', async () => {
    const delta: RunEvent = { event: 'delta', key: 'model.1', attempt: 1, text: 'It' };
    const events = [first, delta, second, end].flatMap((event) => event ?? []);
    const followed = await follow((_, response) => sendEvents(response, events));
    expect(await collect(followed)).toEqual(events);
  });

  it('goes on where the connection broke', async () => {
    const answers = [[first], [second], [end]].map((events) => events.flatMap((event) => event ?? []));
    const followed = await follow((_, response) => sendEvents(response, answers.shift() ?? []));
    expect(await collect(followed)).toEqual([first, second, end]);
    const seen = api?.requests.map(({ headers }) => headers['last-event-id']);
    expect(seen).toEqual([undefined, '0.0', '1.0']);
  });

  it('goes on with the run that goes on in its place, from its first entry', async () => {
    const left: RunEvent = { event: 'continued', run: answeredRun({ continuedAs: 'r2' }) };
    const [before, behind] = [
      [first, left],
      [second, end],
    ].map((events) => events.flatMap((event) => event ?? []));
    api = await startFakeApi({
      'GET /v1/runs/r/events': (_, response) => sendEvents(response, before ?? []),
      'GET /v1/runs/r2/events': (_, response) => sendEvents(response, behind ?? []),
    });
    const client = new ApiClient({ url: api.url, key: 'k', keyPlace: '' });
    const { signal } = new AbortController();
    expect(await collect(followRun(client, 'r', { signal, clock: new HurriedClock() }))).toEqual([
      first,
      left,
      second,
      end,
    ]);
    expect(api.requests.at(-1)?.headers['last-event-id']).toBeUndefined();
  });

  it('waits for a server that comes back', async () => {
    let asked = 0;
    const followed = await follow((_, response) => {
      asked += 1;
      if (asked < 4) return sendProblem(response, 503, 'shutting_down', 'Later.', { retryable: true });
      sendEvents(response, [end]);
    });
    expect(await collect(followed)).toEqual([end]);
  });

  it('gives up on a server that stays away', async () => {
    const followed = await follow((_, response) =>
      sendProblem(response, 503, 'shutting_down', 'Later.', { retryable: true }),
    );
    await expect(collect(followed)).rejects.toMatchObject({ code: 'shutting_down' });
  });

  it('says at once that there is no such run', async () => {
    const followed = await follow((_, response) =>
      sendProblem(response, 404, 'unknown_run', 'There is no run r.'),
    );
    await expect(collect(followed)).rejects.toMatchObject({ code: 'unknown_run' });
    expect(api?.requests).toHaveLength(1);
  });

  it('ends without an error when nobody wants it any more', async () => {
    const leaving = new AbortController();
    const followed = await follow((_, response) => {
      response.writeHead(200);
      response.flushHeaders();
      leaving.abort();
    }, leaving.signal);
    expect(await collect(followed)).toEqual([]);
  });
});
