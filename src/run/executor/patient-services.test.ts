import { describe, expect, it } from 'vitest';
import { modelCall } from '../../../test/fakes/calls.ts';
import { ManualClock } from '../../../test/fakes/manual-clock.ts';
import { RunNews } from '../../foundation/journal/index.ts';
import { patientServices } from './patient-services.ts';
import type { ExecutorServices } from './services.ts';

const clock = new ManualClock();
const never = () => Promise.reject(new Error('Nothing here is to be asked.'));
const cut = Object.assign(new Error('terminating connection'), { code: '57P01' });

/** Services of which reading a session fails as often as said before it works. */
function services(failures: number, error: Error = cut) {
  let asked = 0;
  const all: ExecutorServices = {
    news: new RunNews(),
    toolGateway: never,
    modelGateway: never,
    reviews: { open: never, expire: never, withdraw: never },
    clock,
    defaultModel: 'local',
    createChild: never,
    continueRun: never,
    cancelChildren: never,
    readChild: never,
    readSession: async () => {
      asked += 1;
      if (asked <= failures) throw error;
      return ['what was said'];
    },
    publishDelta: never,
    fileLateEffect: never,
  };
  return { all, asked: () => asked };
}

const run = {
  id: 'run-1',
  tenant: 'acme',
  agent: 'main',
  version: 'v1',
  lane: 'normal' as const,
  principal: 'ada',
  createdAt: 0,
};

const { definition, budget } = modelCall();
const question = { text: 'What did I say?', definition, budget };

describe('a service that cannot reach the database', () => {
  it('is asked again until it can', async () => {
    const { all, asked } = services(3);
    const reading = patientServices(all, new AbortController().signal).readSession(run, question);
    await clock.advance(10_000);
    expect(await reading).toEqual(['what was said']);
    expect(asked()).toBe(4);
  });

  it.each(['57014', '55P03', 'EAI_AGAIN', '42501'])(
    'is asked again until it does what it is asked, and the cause is told once: %s',
    async (code) => {
      const { all } = services(3, Object.assign(new Error('not now'), { code }));
      const told: string[] = [];
      const patient = patientServices(
        { ...all, onDatabaseFailure: (reason) => void told.push(reason.message) },
        new AbortController().signal,
      );
      const reading = patient.readSession(run, question);
      await clock.advance(10_000);
      expect(await reading).toEqual(['what was said']);
      expect(told).toEqual([expect.stringContaining('(not now)')]);
    },
  );

  it('is asked no more once the run is let go', async () => {
    const { all, asked } = services(Number.POSITIVE_INFINITY);
    const released = new AbortController();
    const reading = patientServices(all, released.signal).readSession(run, question);
    const end = expect(reading).rejects.toThrow('let go');
    await clock.advance(1_000);
    released.abort(new Error('let go'));
    await end;
    const before = asked();
    await clock.advance(10_000);
    expect(asked()).toBe(before);
  });

  it('is not asked again when it says no', async () => {
    const { all, asked } = services(1, new Error('there is no such run'));
    const reading = patientServices(all, new AbortController().signal).readSession(run, question);
    await expect(reading).rejects.toThrow('there is no such run');
    expect(asked()).toBe(1);
  });
});
