import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { modelResponse } from '../../../../test/fakes/calls.ts';
import { workflow } from '../../../contract/define/index.ts';
import type { Entry } from '../../../contract/entry.ts';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { Json } from '../../../contract/json.ts';
import { openTestInstallation, type TestInstallation } from '../../testing/start-test-worker.ts';

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

let installation: TestInstallation;
beforeAll(async () => {
  installation = await openTestInstallation([sideBySide]);
});
afterAll(() => installation?.stop());

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
  await installation.startWorker({
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
  const run = await installation.submit('side-by-side');
  await installation.until(run, 'succeeded');
  expect(promptsIn(await installation.entries(run))).toEqual(asked);
});
