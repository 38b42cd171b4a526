import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { modelResponse } from '../../../../test/fakes/calls.ts';
import { replayRecorded } from '../../../../test/replay/replay-recorded.ts';
import { agent, tool, workflow } from '../../../contract/define/index.ts';
import type { Entry } from '../../../contract/entry.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { Json } from '../../../contract/json.ts';
import { openTestInstallation, type TestInstallation } from '../../testing/start-test-worker.ts';
import type { RunWorker } from '../../worker/worker.ts';

const sideBySide = workflow({
  name: 'side-by-side',
  inputSchema: z.object({}),
  run: async (_, context) => {
    const ask = (system: string, prompt: string) => context.generate({ system, prompt });
    await ask('be brief', 'a');
    await Promise.all([ask('be long', 'b'), ask('be brief', 'a')]);
    await ask('be long', 'b');
  },
});

/** Digs three times; each time more comes up than the model is shown. */
const digger = agent({
  name: 'digger',
  instructions: 'Dig.',
  model: { small: 'a/small', large: 'a/large' },
  tools: {
    dig: tool({
      description: 'Digs',
      inputSchema: z.object({}),
      effect: 'read',
      output: { maxTokens: 400 },
      execute: () => Array.from({ length: 2_000 }, (_, stone) => `stone ${stone}`).join(', '),
    }),
  },
});

let installation: TestInstallation;
beforeAll(async () => {
  installation = await openTestInstallation([sideBySide, digger]);
});
afterAll(() => installation?.stop());

/** A worker takes every run: the one of the test before has to be gone. */
const workers: RunWorker[] = [];
afterEach(() => Promise.all(workers.splice(0).map((worker) => worker.stop(0))));

/** As a reader of the journal puts prompts together: by the step that each delta names. */
function promptsIn(entries: readonly Entry[]): Record<string, readonly Json[]> {
  const whole: Record<string, readonly Json[]> = {};
  for (const { meta, body } of entries) {
    if (meta.kind !== 'model.completed' || body?.prompt === undefined) continue;
    const { from, keep, messages } = body.prompt;
    whole[meta.key] = [...(from === null ? [] : (whole[from] ?? []).slice(0, keep)), ...messages];
  }
  return whole;
}

it('the journal gives every prompt back whole, also of calls that were under way side by side', async () => {
  const asked: Record<string, unknown> = {};
  const both = Promise.withResolvers<void>();
  const worker = await installation.startWorker({
    services: (services) => ({
      ...services,
      async modelGateway({ step, request }: ModelCall) {
        asked[step.key] = request.prompt;
        if (step.key === 'model#3') both.resolve();
        if (step.key === 'model#2' || step.key === 'model#3') await both.promise;
        return modelResponse();
      },
    }),
  });
  workers.push(worker);
  const run = await installation.submit('side-by-side');
  await installation.until(run, 'succeeded');
  expect(promptsIn(await installation.entries(run))).toEqual(asked);
});

it('what leaves the window is summed up by the small model, and nobody who watches is shown it', async () => {
  const said: string[] = [];
  const asked: { key: string; model: string; prompt: string }[] = [];
  const worker = await installation.startWorker({
    services: (services) => ({
      ...services,
      publishDelta: async (_, { key }) => void said.push(key),
      async modelGateway({ step, request, model, onDelta }: ModelCall) {
        asked.push({ key: step.key, model, prompt: JSON.stringify(request.prompt) });
        onDelta({ text: 'said', attempt: 1 });
        if (request.quiet === true) return modelResponse({ content: [{ type: 'text', text: 'Stones.' }] });
        if (step.key === 'model#4') return modelResponse();
        const toolCallId = step.key;
        return modelResponse({
          content: [{ type: 'tool-call', toolCallId, toolName: 'dig', input: {} }],
          window: { tokens: step.key === 'model#3' ? 1_900 : 600, limit: 2_000 },
        });
      },
    }),
  });
  workers.push(worker);
  const run = await installation.submit('digger', 'Dig three times.');
  await installation.until(run, 'succeeded');
  expect(asked.map(({ key, model }) => [key, model])).toEqual([
    ['model#1', 'a/small'],
    ['model#2', 'a/small'],
    ['model#3', 'a/small'],
    ['compact#1/model#1', 'a/small'],
    ['model#4', 'a/small'],
  ]);
  expect(new Set(said)).toEqual(new Set(['model#1', 'model#2', 'model#3', 'model#4']));
  expect(asked.at(-1)?.prompt).toContain('Stones.');
  expect(asked[1]?.prompt).not.toContain('stone 1000,');
  const entries = await installation.entries(run);
  const replayed = await replayRecorded([digger], { definition: 'digger', entries });
  expect(replayed).toMatchObject({ settled: { ok: true }, asked: [] });
  const dug = entries.find(({ meta }) => meta.kind === 'tool.completed');
  expect(dug?.body?.output, 'the journal has all of it').toContain('stone 1000,');
  expect(dug?.meta).toMatchObject({ shown: { tokens: expect.any(Number), of: expect.any(Number) } });
});

it('the journal names the model that failed last, where several were asked', async () => {
  workers.push(
    await installation.startWorker({
      services: (services) => ({
        ...services,
        modelGateway: async ({ step }: ModelCall) => {
          for (const [index, model] of ['a/small', 'a/large'].entries()) {
            step.record({
              meta: {
                kind: 'model.attempted',
                key: step.key,
                attempt: index + 1,
                model,
                code: 'provider_unavailable',
                tokens: 0,
                usd: 0,
              },
            });
          }
          throw new BulkheadError({ code: 'provider_unavailable', message: 'It is down.' });
        },
      }),
    }),
  );
  const run = await installation.submit('digger', 'Dig.');
  await installation.until(run, 'failed');
  const ends = (await installation.entries(run)).map(({ meta }) => meta);
  expect(ends.find(({ kind }) => kind === 'model.completed')).toMatchObject({ model: 'a/large' });
});
