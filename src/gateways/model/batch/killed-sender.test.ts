import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type FakeProvider,
  startFakeAnthropic,
  startFakeOpenAi,
} from '../../../../test/fakes/providers/index.ts';
import { systemClock } from '../../../contract/clock.ts';
import { openTestQueue, TENANT, type TestQueue } from '../../../foundation/queue/testing/open-test-queue.ts';
import { createModelRegistry, type ModelRegistry } from '../provider/index.ts';
import type { BatchRequests } from './batch-requests.ts';
import { BatchSender } from './batch-sender.ts';
import type { BatchWork } from './batch-work.ts';
import { createBatchRequests } from './create-batch-requests.ts';
import { createBatchWork } from './create-batch-work.ts';

let queue: TestQueue;
let requests: BatchRequests;
let work: BatchWork;
beforeAll(async () => {
  queue = await openTestQueue();
  const dataKey = (tenant: string, run: string) => queue.keys.dataKey(tenant, run);
  requests = createBatchRequests({ pool: queue.pool, dataKey });
  work = createBatchWork({ pool: queue.pool, dataKey, ring: () => {} });
});
afterAll(() => queue?.drop());

const cases = [
  { model: 'openai/gpt-5-mini', start: () => startFakeOpenAi() },
  { model: 'anthropic/claude-sonnet-4-5', start: () => startFakeAnthropic() },
];

describe.each(cases)('a sender of $model that is killed', ({ model, start }) => {
  let fake: FakeProvider;
  let registry: ModelRegistry;
  beforeEach(async () => {
    fake = await start();
    registry = createModelRegistry({ environment: fake.environment });
    fake.answer(({ text }) => ({ text: `${text}: yes` }));
  });
  afterEach(async () => {
    await registry.close();
    await fake.stop();
    await queue.owner.query('DELETE FROM model_batch_request; DELETE FROM model_batch');
  });

  const [provider = ''] = model.split('/');
  async function ask(text: string) {
    const run = await queue.create();
    await queue.set(run, { status: 'waiting' });
    const request = { prompt: [{ role: 'user' as const, content: [{ type: 'text' as const, text }] }] };
    const id = randomUUID();
    await requests.file({ id, run, tenant: TENANT, key: 'main/1', model, request });
    return async () => {
      const found = await requests.read({ id: run, tenant: TENANT }, id);
      if (found?.state !== 'answered') return found?.state;
      return 'response' in found.outcome ? found.outcome.response.content : found.outcome.error.code;
    };
  }
  /** A look of a sender that goes no further than the named write. */
  async function look(killedAt?: 'handingOver' | 'submitted' | 'answer' | 'end'): Promise<void> {
    const dead = () => Promise.reject(new Error('It was killed.'));
    const dying = killedAt === undefined ? work : { ...work, [killedAt]: dead, later: dead };
    const parts = { work: dying, batchesOf: (name: string) => registry.batches(name), clock: systemClock };
    const sizes = new Map([[provider, { requests: 500, after: 0 }]]);
    // Its lease passes, or it is time to look again.
    await queue.owner.query('UPDATE model_batch SET next_at = now()');
    await new BatchSender({ ...parts, sizes, log: () => {} }).look();
  }

  it.each(['handingOver', 'submitted', 'answer', 'end'] as const)(
    'at %s is followed by one that hands nothing over twice, and every run is answered once',
    async (place) => {
      const answers = [await ask('one'), await ask('other')];
      for (let time = 0; time < 3; time += 1) await look(place);
      for (let time = 0; time < 3; time += 1) await look();
      expect(fake.batches.all).toHaveLength(1);
      expect(await Promise.all(answers.map((answer) => answer()))).toEqual([
        [{ type: 'text', text: 'one: yes' }],
        [{ type: 'text', text: 'other: yes' }],
      ]);
      const { rows } = await queue.owner.query('SELECT state FROM model_batch');
      expect(rows).toEqual([{ state: 'ended' }]);
      const told = await queue.owner.query(
        "SELECT run FROM inbox WHERE kind = 'batch' GROUP BY run HAVING count(*) > 1",
      );
      expect(told.rows).toEqual([]);
    },
  );
});
