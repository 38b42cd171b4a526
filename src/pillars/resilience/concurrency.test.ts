import { describe, expect, it } from 'vitest';
import { modelCall, modelResponse } from '../../../test/fakes/calls.ts';
import { settled } from '../../../test/fakes/manual-clock.ts';
import { FakeRun, stateOf } from '../../../test/fakes/step.ts';
import { BulkheadError } from '../../contract/errors.ts';
import { concurrency } from './concurrency.ts';

/** Calls whose ends a test decides. */
function setUp(limit = 2) {
  const run = new FakeRun();
  let down: BulkheadError | undefined;
  const control = concurrency({
    limits: { openai: limit },
    clock: run.clock,
    circuits: {
      refuseIfDownSince: () => {
        if (down !== undefined) throw down;
      },
    },
  });
  const underWay: { name: string; end: PromiseWithResolvers<void> }[] = [];
  const call = (name: string, model = 'openai/gpt-5-mini', signal?: AbortSignal) => {
    const handled = control.handle(
      modelCall(run, { model, ...(signal === undefined ? {} : { signal }) }),
      async () => {
        const end = Promise.withResolvers<void>();
        underWay.push({ name, end });
        await end.promise;
        return modelResponse();
      },
    );
    handled.catch(() => {});
    return handled;
  };
  const names = () => underWay.map(({ name }) => name);
  const end = async (index: number, error?: Error) => {
    const [ended] = underWay.splice(index, 1);
    if (error === undefined) ended?.end.resolve();
    else ended?.end.reject(error);
    await settled();
  };
  const goDown = (error: BulkheadError) => {
    down = error;
  };
  return { call, names, end, goDown };
}

describe('concurrency', () => {
  it('lets so many calls be under way, and the others in as those end, in the order in which they came', async () => {
    const { call, names, end } = setUp();
    for (const name of ['a', 'b', 'c', 'd']) call(name);
    await settled();
    expect(names()).toEqual(['a', 'b']);
    await end(0);
    expect(names()).toEqual(['b', 'c']);
    await end(0, new Error('it failed'));
    expect(names()).toEqual(['c', 'd']);
    await end(0);
    await end(0);
    call('e');
    await settled();
    expect(names()).toEqual(['e']);
  });

  it('counts each provider by itself, and the local model not at all', async () => {
    const { call, names } = setUp(1);
    for (const [name, model] of [
      ['a', 'openai/gpt-5-mini'],
      ['b', 'openai/gpt-5'],
      ['c', 'mistral/mistral-small-latest'],
      ['d', 'local'],
      ['e', 'local'],
    ] as const) {
      call(name, model);
    }
    await settled();
    expect(names()).toEqual(['a', 'c', 'd', 'e']);
  });

  it('lets go of who stands in line when its deadline passes or it is cancelled', async () => {
    const { call, names, end } = setUp(1);
    const cancel = new AbortController();
    call('a');
    const waiting = call('b', 'openai/gpt-5-mini', cancel.signal);
    call('c');
    expect(await stateOf(waiting)).toBe('pending');
    cancel.abort(new BulkheadError({ code: 'run_cancelled', message: 'cancelled' }));
    await expect(waiting).rejects.toMatchObject({ code: 'run_cancelled', details: { sent: false } });
    await end(0);
    expect(names()).toEqual(['c']);
  });

  it('does not send a call that was given up as its turn came', async () => {
    const { call, names, end } = setUp(1);
    const cancel = new AbortController();
    call('a');
    const waiting = call('b', 'openai/gpt-5-mini', cancel.signal);
    const ended = end(0);
    cancel.abort(new Error('cancelled'));
    await ended;
    await expect(waiting).rejects.toMatchObject({ message: 'cancelled', details: { sent: false } });
    expect(names()).toEqual([]);
    call('c');
    await settled();
    expect(names()).toEqual(['c']);
  });

  it('sends nobody who stood in line to a provider that went down meanwhile', async () => {
    const { call, names, end, goDown } = setUp(1);
    call('a');
    const waiting = [call('b'), call('c')];
    await settled();
    goDown(new BulkheadError({ code: 'provider_circuit_open', message: 'Down.' }));
    await end(0, new Error('it failed'));
    for (const handled of waiting)
      await expect(handled).rejects.toMatchObject({ code: 'provider_circuit_open' });
    expect(names()).toEqual([]);
  });
});
