import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ManualClock } from '../../../../test/fakes/manual-clock.ts';
import { type FakeProvider, startFakeOpenAi } from '../../../../test/fakes/providers/index.ts';
import { billedUsage } from '../../../contract/billed.ts';
import { deserializeError } from '../../../contract/errors.ts';
import type { ModelRequest } from '../../../contract/model.ts';
import type { JsonSchema } from '../../../contract/schema.ts';
import { createModelRegistry, type ModelRegistry } from '../provider/index.ts';
import { BatchSender } from './batch-sender.ts';
import type { BatchedRequest } from './batch-work.ts';
import { FakeBatchWork } from './testing/fake-batch-work.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

let openai: FakeProvider;
let registry: ModelRegistry;
let clock: ManualClock;
let work: FakeBatchWork;
beforeEach(async () => {
  openai = await startFakeOpenAi();
  registry = createModelRegistry({ environment: openai.environment });
  // Our clock and the provider's tell the same time.
  clock = new ManualClock(Date.now());
  work = new FakeBatchWork(clock);
});
afterEach(async () => {
  await registry.close();
  await openai.stop();
});

const sender = (batchesOf = (model: string) => registry.batches(model)) =>
  new BatchSender({
    work,
    sizes: new Map([['openai', { requests: 500, after: 0 }]]),
    batchesOf,
    clock,
    log: () => {},
  });
const lookAfter = async (pause: number) => {
  await clock.advance(pause);
  await sender().look();
};

const question = (text: string): ModelRequest => ({
  prompt: [
    { role: 'system', content: 'Be brief.' },
    { role: 'user', content: [{ type: 'text', text }] },
  ],
});
const asked = (number: number, text: string, place: number | null = null): BatchedRequest => ({
  id: text,
  run: `run of ${text}`,
  tenant: 'acme',
  key: 'main/1',
  number,
  place,
  request: question(text),
});
const answerOf = (id: string) => {
  const outcome = work.answers.get(id);
  return outcome === undefined
    ? undefined
    : 'error' in outcome
      ? outcome.error.code
      : outcome.response.content;
};
const said = (text: string) => [{ type: 'text', text }];

describe('a batch', () => {
  it('is handed over once, asked for until it has ended, and answers each request', async () => {
    openai.answer(({ text }) => ({ text: `${text}: yes` }));
    openai.batches.held = true;
    work.waiting = [asked(0, 'one'), asked(1, 'other')];
    await lookAfter(0);
    await lookAfter(MINUTE);
    expect(openai.batches.all).toHaveLength(1);
    expect(work.answers.size).toBe(0);
    openai.batches.held = false;
    await lookAfter(MINUTE);
    expect([answerOf('one'), answerOf('other')]).toEqual([said('one: yes'), said('other: yes')]);
    expect(work.ended).toEqual(['b-1']);
  });

  it('is not asked for all the time: the longer it takes, the less often', async () => {
    openai.batches.held = true;
    work.waiting = [asked(0, 'one')];
    await lookAfter(0);
    await lookAfter(20 * MINUTE);
    openai.batches.held = false;
    await lookAfter(MINUTE);
    expect(work.ended).toEqual([]);
    await lookAfter(2 * MINUTE);
    expect(work.ended).toEqual(['b-1']);
  });

  it('whose handing over nobody heard of is found and not handed over again', async () => {
    openai.answer(() => ({ text: 'yes' }));
    openai.batches.fault('lost');
    work.waiting = [asked(0, 'one')];
    await lookAfter(0);
    await lookAfter(MINUTE);
    await lookAfter(MINUTE);
    expect(openai.batches.all).toHaveLength(1);
    expect(answerOf('one')).toEqual(said('yes'));
  });

  it('whose sender died in between is taken up by another', async () => {
    openai.answer(() => ({ text: 'yes' }));
    work.waiting = [asked(0, 'one')];
    // It was handed over, and that was not written down; then an answer was read, and not kept.
    work.failing = new Error('The database is away.');
    await lookAfter(0);
    await lookAfter(11 * MINUTE);
    work.failing = new Error('The database is away.');
    await lookAfter(MINUTE);
    expect(work.answers.size).toBe(0);
    await lookAfter(11 * MINUTE);
    expect(answerOf('one')).toEqual(said('yes'));
    expect(openai.batches.all).toHaveLength(1);
  });

  it('is not handed over by who looked for it so long that another may have begun', async () => {
    openai.batches.fault('failed');
    work.waiting = [asked(0, 'one')];
    await lookAfter(0);
    await clock.advance(MINUTE);
    const slow = (model: string) => {
      const batches = registry.batches(model);
      const find = async () => {
        await clock.advance(6 * MINUTE);
        return 'none' as const;
      };
      return batches === undefined ? undefined : { ...batches, find };
    };
    await sender(slow).look();
    expect(openai.batches.all).toEqual([]);
    await lookAfter(0);
    expect(openai.batches.all).toHaveLength(1);
  });

  it('that the provider refuses sends its requests the ordinary way at once', async () => {
    openai.batches.fault('refused');
    work.waiting = [asked(0, 'one')];
    await lookAfter(0);
    expect(answerOf('one')).toBe('batch_not_answered');
    expect(work.ended).toEqual(['b-1']);
  });

  it('that the provider cannot take is handed over later, and given up after a quarter of an hour', async () => {
    openai.batches.fault('failed', 100);
    work.waiting = [asked(0, 'one')];
    await lookAfter(0);
    await lookAfter(MINUTE);
    expect(work.answers.size).toBe(0);
    await lookAfter(15 * MINUTE);
    expect(answerOf('one')).toBe('batch_not_answered');
  });

  it('that never ends is given up when no run waits for it any more, and may have cost something', async () => {
    openai.batches.held = true;
    work.waiting = [asked(0, 'one')];
    await lookAfter(0);
    await lookAfter(25 * HOUR);
    expect(work.answers.size).toBe(0);
    await lookAfter(2 * HOUR);
    expect(answerOf('one')).toBe('batch_given_up');
  });

  it('is not handed over when all its runs are cancelled', async () => {
    work.waiting = [asked(0, 'one')];
    await work.collect();
    work.callOff('one');
    await lookAfter(0);
    expect(openai.batches.all).toEqual([]);
    expect(work.ended).toEqual(['b-1']);
  });

  it('is called off at its provider when all its runs are cancelled after that', async () => {
    openai.batches.held = true;
    work.waiting = [asked(0, 'one'), asked(1, 'other')];
    await lookAfter(0);
    work.callOff('one');
    await lookAfter(MINUTE);
    expect(openai.batches.all[0]?.cancelled).toBe(false);
    work.callOff('other');
    await lookAfter(MINUTE);
    expect(openai.batches.all[0]?.cancelled).toBe(true);
    expect(work.ended).toEqual(['b-1']);
  });

  it('that may be under way is waited for as any other, and not handed over again meanwhile', async () => {
    openai.batches.fault('lost');
    openai.answer(() => ({ text: 'yes' }));
    work.waiting = [asked(0, 'one')];
    await lookAfter(0);
    const unsure = (model: string) => {
      const batches = registry.batches(model);
      return batches === undefined ? undefined : { ...batches, find: async () => 'likely' as const };
    };
    for (let hour = 0; hour < 5; hour += 1) {
      await clock.advance(HOUR);
      await sender(unsure).look();
    }
    expect(work.answers.size).toBe(0);
    expect(openai.batches.all).toHaveLength(1);
    await lookAfter(HOUR);
    await lookAfter(HOUR);
    expect(answerOf('one')).toEqual(said('yes'));
    expect(openai.batches.all).toHaveLength(1);
  });

  it('whose sender died before it set out is handed over without a search', async () => {
    openai.answer(() => ({ text: 'yes' }));
    work.waiting = [asked(0, 'one')];
    await work.collect();
    await work.hold(0);
    const blind = (model: string) => {
      const batches = registry.batches(model);
      const find = () => Promise.reject(new Error('There is nothing to look for.'));
      return batches === undefined ? undefined : { ...batches, find };
    };
    await sender(blind).look();
    expect(openai.batches.all).toHaveLength(1);
  });

  it('of a provider whose key is gone sends its requests the ordinary way', async () => {
    registry = createModelRegistry({ environment: {} });
    work.waiting = [asked(0, 'one')];
    await lookAfter(0);
    expect(answerOf('one')).toBe('batch_not_answered');
  });
});

describe('a request in a batch', () => {
  it('fails as it would by itself, beside others that do not', async () => {
    openai.fault('refused', { status: 400 });
    openai.reply({ text: 'yes' });
    work.waiting = [asked(0, 'one'), asked(1, 'other')];
    await lookAfter(0);
    await lookAfter(MINUTE);
    expect([answerOf('one'), answerOf('other')]).toEqual(['provider_refused', said('yes')]);
  });

  it('that expires is asked the ordinary way', async () => {
    openai.batches.expiring = true;
    work.waiting = [asked(0, 'one')];
    await lookAfter(0);
    await lookAfter(MINUTE);
    expect(answerOf('one')).toBe('batch_not_answered');
  });
});

describe('requests that share a call', () => {
  const packed = () => [asked(0, 'one', 1), asked(0, 'two', 2), asked(0, 'three', 3)];

  it('are asked as a list, and each gets its answer and its share of the tokens', async () => {
    const answers = [3, 1, 2].map((number) => ({ number, answer: `answer ${number}` }));
    openai.reply({ text: JSON.stringify({ answers }), usage: { inputTokens: 100, outputTokens: 31 } });
    work.waiting = packed();
    await lookAfter(0);
    await lookAfter(MINUTE);
    const [call, ...others] = openai.batches.all[0]?.calls ?? [];
    expect(others).toEqual([]);
    expect(JSON.stringify(call?.body)).toContain('Be brief.');
    expect(['one', 'two', 'three'].map(answerOf)).toEqual(
      [1, 2, 3].map((number) => said(`answer ${number}`)),
    );
    expect([...work.answers.values()]).toMatchObject(Array(3).fill({ response: { packed: true } }));
    const usages = [...work.answers.values()].map((outcome) =>
      'response' in outcome ? outcome.response.usage : undefined,
    );
    expect(usages.reduce((sum, usage) => sum + (usage?.inputTokens ?? 0), 0)).toBe(100);
    expect(usages.reduce((sum, usage) => sum + (usage?.outputTokens ?? 0), 0)).toBe(31);
  });

  it.each<[string, JsonSchema, unknown, string]>([
    ['a word', { type: 'string', enum: ['refund', 'order'] }, 'refund', '"refund"'],
    ['an object', { type: 'object' }, { total: 3 }, '{"total":3}'],
    ['an object in a text', { type: 'object' }, '{"total":3}', '{"total":3}'],
  ])('get %s as the JSON that they asked for', async (_, schema, answer, expected) => {
    const answers = [1, 2, 3].map((number) => ({ number, answer }));
    openai.reply({ text: JSON.stringify({ answers }) });
    const responseFormat = { type: 'json' as const, schema };
    work.waiting = packed().map((one) => ({ ...one, request: { ...one.request, responseFormat } }));
    await lookAfter(0);
    await lookAfter(MINUTE);
    expect(answerOf('two')).toEqual(said(expected));
  });

  it('keep their numbers when one of them is called off', async () => {
    const answers = [1, 2, 3].map((number) => ({ number, answer: `answer ${number}` }));
    openai.reply({ text: JSON.stringify({ answers }) });
    work.waiting = packed();
    await lookAfter(0);
    work.callOff('one');
    work.callOff('two');
    await lookAfter(MINUTE);
    expect(answerOf('three')).toEqual(said('answer 3'));
  });

  it('are asked alone where their answer was broken off, whatever stands there', async () => {
    const answers = [1, 2, 3].map((number) => ({ number, answer: `answer ${number}` }));
    openai.reply({ text: JSON.stringify({ answers }), finishReason: 'content-filter' });
    work.waiting = packed();
    await lookAfter(0);
    await lookAfter(MINUTE);
    expect(['one', 'two', 'three'].map(answerOf)).toEqual(Array(3).fill('batch_given_up'));
  });

  it.each([
    ['no list', 'I cannot do that.', 'batch_given_up', 'batch_given_up'],
    ['a list without a number', '{"answers":[{"number":1,"answer":"yes"}]}', said('yes'), 'batch_given_up'],
    [
      'a number twice',
      '{"answers":[{"number":1,"answer":"yes"},{"number":2,"answer":"a"},{"number":2,"answer":"b"}]}',
      said('yes'),
      'batch_given_up',
    ],
  ])('are asked alone where there is %s', async (_, text, one, two) => {
    openai.reply({ text });
    work.waiting = packed();
    await lookAfter(0);
    await lookAfter(MINUTE);
    expect([answerOf('one'), answerOf('two')]).toEqual([one, two]);
  });

  const billedOf = (id: string) => {
    const outcome = work.answers.get(id);
    return outcome !== undefined && 'error' in outcome
      ? billedUsage(deserializeError(outcome.error))
      : undefined;
  };

  it('that cannot be read say what each was billed, which adds up to the whole', async () => {
    openai.reply({ text: 'I cannot do that.', usage: { inputTokens: 100, outputTokens: 50 } });
    work.waiting = packed();
    await lookAfter(0);
    await lookAfter(MINUTE);
    const billed = ['one', 'two', 'three'].map(billedOf);
    expect(billed.reduce((sum, usage) => sum + (usage?.inputTokens ?? 0), 0)).toBe(100);
    expect(billed.reduce((sum, usage) => sum + (usage?.outputTokens ?? 0), 0)).toBe(50);
    expect(billed).not.toContain(undefined);
  });

  it('are asked alone where the provider refuses them together', async () => {
    openai.fault('refused', { status: 400 });
    work.waiting = packed();
    await lookAfter(0);
    await lookAfter(MINUTE);
    expect(['one', 'two', 'three'].map(answerOf)).toEqual(Array(3).fill('batch_not_answered'));
  });
});
