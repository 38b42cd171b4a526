import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { runCommandLine } from '../../src/surfaces/cli/run-command-line.ts';
import { fakeTerminal } from '../../src/surfaces/cli/testing/fake-terminal.ts';
import { type FakeQueue, type FakeSqs, startFakeSqs } from '../fakes/sqs/index.ts';
import { startWorld, type World } from '../world/start-world.ts';

const PROJECT = `
import { workflow } from 'bulkhead';
import { z } from 'zod';

export const square = workflow({
  name: 'square',
  inputSchema: z.object({ number: z.number() }),
  run: async ({ number }) => {
    if (number < 0) throw new Error('Positive numbers only.');
    return number * number;
  },
});
`;

const text = (value: string) => ({ DataType: 'String', StringValue: value });

let sqs: FakeSqs;
let world: World;
let folder: string;
let results: FakeQueue;
const queues = new Map<string, FakeQueue>();
beforeAll(async () => {
  sqs = await startFakeSqs();
  for (const [name, value] of Object.entries(sqs.environment)) vi.stubEnv(name, value);
  sqs.createQueue('dead');
  for (const name of ['served', 'commanded']) queues.set(name, sqs.createQueue(name));
  results = sqs.createQueue('results');
  folder = await mkdtemp(join(tmpdir(), 'bulkhead-intake-'));
  world = await startWorld({ environment: { BULKHEAD_INTAKE: await configFor('served') } });
  await world.deploy(PROJECT);
});
afterAll(async () => {
  await world?.stop();
  await sqs.stop();
  await rm(folder, { recursive: true, force: true });
  vi.unstubAllEnvs();
});

async function configFor(queue: string): Promise<string> {
  const file = join(folder, `${queue}.json`);
  const broker = `sqs://?region=eu-west-1&endpoint=${encodeURIComponent(sqs.url)}`;
  const source = { broker, queue, deadLetter: 'dead', replyTo: ['results'] };
  await writeFile(file, JSON.stringify({ sources: [source] }));
  return file;
}

async function answerTo(queue: string, number: number): Promise<Record<string, unknown>> {
  queues.get(queue)?.send(JSON.stringify({ agent: 'square', input: { number } }), {
    'bulkhead-message-id': text(`${queue} ${number}`),
    'bulkhead-reply-to': text('results'),
  });
  await expect.poll(() => results.messages.length, { timeout: 15_000, interval: 20 }).toBe(1);
  await expect.poll(() => queues.get(queue)?.messages).toEqual([]);
  return JSON.parse(results.messages.pop()?.body ?? '');
}

describe('a message on a queue', () => {
  it('becomes a run of the server that BULKHEAD_INTAKE tells of it, and its result comes back', async () => {
    const reply = await answerTo('served', 12);
    expect(reply).toMatchObject({ status: 'succeeded', output: 144, messageId: 'served 12' });
    expect(await world.client.show(String(reply.run))).toMatchObject({ status: 'succeeded', output: 144 });
  });

  it('is answered with the error when its run fails', async () => {
    expect(await answerTo('served', -1)).toMatchObject({
      status: 'failed',
      error: { code: 'code_failed', message: expect.stringContaining('Positive numbers only.') },
    });
  });

  it('becomes a run by `bulkhead intake`, a process of its own, until it is told to stop', async () => {
    const { BULKHEAD_INTAKE: _, ...environment } = world.environment;
    const terminal = fakeTerminal({ environment, folder });
    const running = runCommandLine(['intake', '--config', await configFor('commanded')], terminal);
    expect(await answerTo('commanded', 5)).toMatchObject({ status: 'succeeded', output: 25 });
    expect(terminal.written()).toContain('The intake is up.');
    terminal.interrupt();
    expect(await running).toBe(0);
    expect(terminal.written()).toContain('Stopped.');
  });
});

describe('`bulkhead intake`', () => {
  const run = async (...words: string[]) => {
    const terminal = fakeTerminal({ environment: {}, folder });
    return { code: await runCommandLine(['intake', ...words], terminal), said: terminal.complained() };
  };

  it('says what it needs when no file is named', async () => {
    expect(await run()).toEqual({ code: 2, said: expect.stringContaining('--config intake.json') });
  });

  it('says what is wrong with the file, before anything is started', async () => {
    await writeFile(join(folder, 'wrong.json'), '{"sources": [{"broker": "redis://127.0.0.1"}]}');
    expect(await run('--config', 'wrong.json')).toEqual({
      code: 1,
      said: expect.stringContaining('sources.0.queue'),
    });
  });
});
