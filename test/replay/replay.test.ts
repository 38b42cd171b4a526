import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Agent } from '../../src/contract/agent.ts';
import { completesStep } from '../../src/contract/entry.ts';
import type { Workflow } from '../../src/contract/workflow.ts';
import { workflow } from '../../src/index.ts';
import type { RecordedStep } from '../../src/run/protocol.ts';
import * as onboarding from './projects/onboarding.ts';
import * as refunds from './projects/refunds.ts';
import * as thrifty from './projects/thrifty.ts';
import type { Recorded } from './recorded.ts';
import { replayRecorded } from './replay-recorded.ts';

const PROJECTS: Record<string, readonly (Agent | Workflow)[]> = {
  onboarding: Object.values(onboarding),
  refunds: Object.values(refunds),
  thrifty: Object.values(thrifty),
};

const folder = new URL('./recorded/', import.meta.url);
const load = async (name: string): Promise<Recorded> =>
  JSON.parse(await readFile(new URL(name, folder), 'utf8'));
const outputOf = ({ entries }: Recorded) =>
  entries.findLast(({ meta }) => meta.kind === 'run.succeeded')?.body?.output;

describe('recorded journals', async () => {
  const names = await readdir(folder);

  it.each(names)('%s replays to its output and asks the world for nothing', async (name) => {
    const recorded = await load(name);
    const { settled, asked } = await replayRecorded(PROJECTS[recorded.definition] ?? [], recorded);
    expect(asked).toEqual([]);
    expect(settled).toEqual({ ok: true, value: outputOf(recorded) });
  });

  it.each(names)('%s can be taken up behind any of its entries, and nothing is done twice', async (name) => {
    const { definition, entries } = await load(name);
    const last = entries.findLastIndex(({ meta }) => completesStep(meta));
    for (let length = 1; length <= last; length += 1) {
      const written = entries.slice(0, length);
      const { settled, asked } = await replayRecorded(PROJECTS[definition] ?? [], {
        definition,
        entries: written,
      });
      expect(settled, `cut behind entry ${length}`).toBeUndefined();
      const done = written.flatMap(({ meta }) => (completesStep(meta) ? [meta.key] : []));
      expect(asked.length, `cut behind entry ${length}`).toBeGreaterThan(0);
      expect(asked.filter((key) => done.includes(key))).toEqual([]);
    }
  });
});

describe('a replay', () => {
  it('goes on live where the journal ends', async () => {
    const recorded = await load('every-kind-of-step.json');
    const { asked } = await replayRecorded(PROJECTS.onboarding ?? [], recorded, (steps) =>
      steps.filter(({ key }) => !key.startsWith('child:') && !key.startsWith('model#')),
    );
    expect(asked).toEqual(['model#1']);
  });

  it('goes on live with a step that was added at the end', async () => {
    const { onboarding: before } = onboarding;
    const longer = workflow({
      ...before,
      run: async (input: { customer: string }, context) => {
        const output = await before.run(input, context);
        return { ...output, welcome: await context.review({ title: 'Send the welcome parcel?' }) };
      },
    });
    const recorded = await load('every-kind-of-step.json');
    const { settled, asked } = await replayRecorded([onboarding.greeter, longer], recorded);
    expect(settled).toBeUndefined();
    expect(asked).toEqual(['review#2']);
  });

  it('stops when a step is asked for with other input, and names it', async () => {
    const recorded = await load('refund-with-approval.json');
    const { settled } = await replayRecorded(PROJECTS.refunds ?? [], recorded, (steps) =>
      steps.map((step) => (step.key === 'tool:refund#1' ? { ...step, requestHash: 'another' } : step)),
    );
    expect(settled).toMatchObject({ ok: false, error: { code: 'replay_divergence', endsRun: true } });
    expect(settled).toMatchObject({
      error: {
        message: expect.stringContaining('tool:refund#1'),
        details: { recorded: 'step tool:refund#1', asked: 'asks for tool:refund#1 with other input' },
      },
    });
  });

  it('stops when a recorded step is not asked for any more, and names it', async () => {
    const shorter = workflow({
      name: 'onboarding',
      inputSchema: z.object({ customer: z.string() }),
      run: async (_input, context) => context.now(),
    });
    const { settled } = await replayRecorded([shorter], await load('every-kind-of-step.json'));
    expect(settled).toMatchObject({ ok: false, error: { code: 'replay_divergence' } });
    expect(settled).toMatchObject({
      error: {
        message: expect.stringContaining('random#1'),
        details: { recorded: 'step random#1', asked: 'finished without asking for it' },
      },
    });
  });

  it.each([
    ['memo', (steps: RecordedStep[]) => steps],
    ['tool', (steps: RecordedStep[]) => swapped(steps, 'memo:quick#1', 'tool:activate#1')],
  ])('decides a race as the journal says: for the %s that came first', async (winner, change) => {
    const recorded = await load('every-kind-of-step.json');
    const { settled, asked } = await replayRecorded(PROJECTS.onboarding ?? [], recorded, change);
    expect(asked).toEqual([]);
    expect(settled).toMatchObject({ ok: true, value: { first: winner } });
  });
});

function swapped(steps: RecordedStep[], one: string, other: string): RecordedStep[] {
  const find = (key: string) => steps.filter((step) => step.key === key);
  return steps.flatMap((step) => (step.key === one ? find(other) : step.key === other ? find(one) : [step]));
}
