import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelResponse } from '../../../test/fakes/calls.ts';
import { agent } from '../../contract/define/index.ts';
import type { ModelCall } from '../../contract/gateway-call.ts';
import type { Json } from '../../contract/json.ts';
import type { ModelRequest, ModelResponse } from '../../contract/model.ts';
import type { ExecutorServices } from '../executor/services.ts';
import { openTestInstallation, type TestInstallation } from '../testing/start-test-worker.ts';

const support = agent({
  name: 'support',
  instructions: 'Help.',
  model: ['openai/gpt-5-mini', 'mistral/small'],
});
const request: ModelRequest = {
  prompt: [{ role: 'user', content: [{ type: 'text', text: 'Hello?' }] }],
  maxOutputTokens: 100,
};

let installation: TestInstallation;
beforeAll(async () => {
  installation = await openTestInstallation([support]);
});
afterAll(() => installation?.stop());

const answering =
  (answer: (call: ModelCall) => Promise<ModelResponse>) =>
  (services: ExecutorServices): ExecutorServices => ({ ...services, modelGateway: answer });
const chat = () => installation.submit('support', request as unknown as Json, 'chat');

describe('a chat', () => {
  it("asks the agent's models once, with the request as it came, and ends with the answer", async () => {
    const calls: ModelCall[] = [];
    const worker = await installation.startWorker({
      services: answering(async (call) => {
        calls.push(call);
        return modelResponse();
      }),
    });
    const run = await chat();
    await installation.until(run, 'succeeded');
    const entries = await installation.entries(run);
    expect(entries.at(-1)?.body?.output).toEqual(modelResponse());
    expect(calls.map((call) => call.request)).toEqual([request]);
    expect(calls[0]?.candidates).toEqual([{ model: 'openai/gpt-5-mini' }, { model: 'mistral/small' }]);
    await worker.stop();
  });

  it('tells no model what only its client is told again', async () => {
    const calls: ModelCall[] = [];
    const worker = await installation.startWorker({
      services: answering(async (call) => {
        calls.push(call);
        return modelResponse();
      }),
    });
    const input = { ...request, asked: { metadata: { ticket: '7' } } };
    const run = await installation.submit('support', input as unknown as Json, 'chat');
    await installation.until(run, 'succeeded');
    expect(calls.map((call) => call.request)).toEqual([request]);
    expect((await installation.entries(run))[0]?.body?.input).toEqual(input);
    await worker.stop();
  });

  it('fails as its model call does', async () => {
    const worker = await installation.startWorker();
    const run = await chat();
    await installation.until(run, 'failed');
    expect((await installation.entries(run)).at(-1)).toMatchObject({
      meta: { kind: 'run.failed', code: 'no_model' },
    });
    await worker.stop();
  });

  it('goes on elsewhere when its worker stops in the middle of it', async () => {
    const asked = Promise.withResolvers<void>();
    const first = await installation.startWorker({
      services: answering(() => {
        asked.resolve();
        return new Promise(() => {});
      }),
    });
    const run = await chat();
    await asked.promise;
    await first.stop(1);
    const second = await installation.startWorker({ services: answering(async () => modelResponse()) });
    await installation.until(run, 'succeeded');
    await second.stop();
  });
});
