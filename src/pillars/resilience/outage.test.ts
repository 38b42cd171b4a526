import { describe, expect, it } from 'vitest';
import { type ModelCallOverrides, modelCall, modelResponse } from '../../../test/fakes/calls.ts';
import { FakeRun, stateOf } from '../../../test/fakes/step.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { DefinitionManifest } from '../../contract/manifest.ts';
import { outage } from './outage.ts';
import { outagePause } from './outage-pause.ts';

const down = (retryAfter?: number) =>
  new BulkheadError({
    code: 'provider_unavailable',
    message: 'It answered 503.',
    status: 503,
    retryable: true,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });

function enter(
  run: FakeRun,
  error: unknown,
  onOutage?: DefinitionManifest['onOutage'],
  overrides: ModelCallOverrides = {},
) {
  const asked: string[] = [];
  const call = modelCall(run, {
    ...overrides,
    ...(onOutage === undefined ? {} : { definition: { onOutage } }),
  });
  const handled = outage({ random: () => 0 }).handle(call, async ({ model }) => {
    asked.push(model);
    if (model !== 'local' && error !== undefined) throw error;
    return modelResponse({ model });
  });
  handled.catch(() => {});
  return { asked, handled };
}

describe('when no model can answer, a run', () => {
  it('waits without memory for 5 s and then asks again, by itself', async () => {
    const run = new FakeRun();
    const { handled } = enter(run, down());
    expect(await stateOf(handled)).toBe('pending');
    const wakeAt = run.clock.now() + 5_000;
    expect(run.suspensions).toEqual([
      { key: 'main/1', reason: { for: 'provider', model: 'openai/gpt-5-mini' }, wakeAt },
    ]);
    expect(run.all('model.postponed')).toMatchObject([{ code: 'provider_unavailable', wakeAt }]);
    run.restart();
    await run.clock.advance(5_000);
    expect((await enter(run, undefined).handled).model).toBe('openai/gpt-5-mini');
  });

  it('that is entered before its time asks nobody and waits on', async () => {
    const run = new FakeRun();
    enter(run, down());
    await run.clock.advance(4_999);
    run.restart();
    const { asked, handled } = enter(run, undefined);
    expect(await stateOf(handled)).toBe('pending');
    expect(asked).toEqual([]);
    expect(run.suspensions).toMatchObject([{ wakeAt: run.clock.now() + 1 }]);
    expect(run.all('model.postponed')).toHaveLength(1);
  });

  it('waits longer each time, in whichever worker', async () => {
    const run = new FakeRun();
    const pauses: number[] = [];
    for (let time = 0; time < 5; time += 1) {
      run.restart();
      await stateOf(enter(run, down()).handled);
      const pause = Number(run.suspensions[0]?.wakeAt) - run.clock.now();
      pauses.push(pause);
      await run.clock.advance(pause);
    }
    expect(pauses).toEqual([5_000, 10_000, 20_000, 40_000, 40_000]);
  });

  it('tells for which model it waits, where there are several', async () => {
    const run = new FakeRun();
    const error = new BulkheadError({
      code: 'provider_rate_limited',
      message: 'Wait.',
      retryable: true,
      details: { model: 'mistral/m' },
    });
    await stateOf(enter(run, error).handled);
    expect(run.suspensions).toMatchObject([{ reason: { for: 'provider', model: 'mistral/m' } }]);
  });

  it('is answered by the local model, if its agent says so', async () => {
    const { asked, handled } = enter(new FakeRun(), down(), 'local');
    expect((await handled).model).toBe('local');
    expect(asked).toEqual(['openai/gpt-5-mini', 'local']);
  });

  it('fails, if its agent says so', async () => {
    const error = down();
    await expect(enter(new FakeRun(), error, 'fail').handled).rejects.toBe(error);
  });

  it('tells its agent that it is to hand over to a person, if that says so', async () => {
    await expect(enter(new FakeRun(), down(2_000), 'escalate').handled).rejects.toMatchObject({
      code: 'provider_unavailable',
      retryAfter: 2_000,
      details: { outage: true },
    });
  });

  it.each([
    new BulkheadError({ code: 'provider_refused', message: 'No.', details: { status: 400 } }),
    new BulkheadError({ code: 'missing_key', message: 'No key.' }),
    new BulkheadError({ code: 'unknown_model', message: 'No model.' }),
    new BulkheadError({ code: 'provider_rate_limited', message: 'The quota is used up.' }),
    new BulkheadError({ code: 'provider_stream_cut', message: 'Cut.', details: { streamed: true } }),
    new BulkheadError({ code: 'budget_exceeded', message: 'Spent.', denied: true, endsRun: true }),
  ])('fails at once of what waiting does not mend: $code', async (error) => {
    const run = new FakeRun();
    await expect(enter(run, error).handled).rejects.toBe(error);
    expect(run.entries).toEqual([]);
  });
});

describe('the pause', () => {
  it('is half drawn at random, and never longer than a minute of its own', () => {
    expect(outagePause(0, undefined, () => 0.999)).toBe(7_498);
    expect(outagePause(50, undefined, () => 0.999)).toBe(59_980);
  });

  it('is as long as the provider asks, up to a day', () => {
    expect(outagePause(0, 600_000, () => 0)).toBe(600_000);
    expect(outagePause(0, 1e12, () => 0)).toBe(86_400_000);
  });
});
