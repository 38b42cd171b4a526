import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ShownRun } from '../world/client.ts';
import { startWorld, type World } from '../world/start-world.ts';

let world: World;
/** One that waits less long for code that does not give way: every loop here is met twice. */
let hasty: World;
beforeAll(async () => {
  world = await startWorld();
  for (const name of ['dying', 'forging', 'hungry', 'buffering', 'tame']) await world.deploy(projectOf(name));
  hasty = await startWorld({ paces: { codeUnresponsiveAfter: 2_000 } });
  for (const name of ['looping', 'calling', 'parsing', 'charging']) await hasty.deploy(projectOf(name));
});
afterAll(async () => {
  await world?.stop();
  await hasty?.stop();
});

/** A bundle, and so a code host, of its own: `name` runs whatever its input says, `name-bystander` behaves. */
const projectOf = (name: string) => `
import { tool, workflow } from 'bulkhead';
import { z } from 'zod';
import fs from 'node:fs';

const forEver = () => { for (;;); };
const post = async (name, { fetch, idempotencyKey }) =>
  (await fetch('SERVICE/effects/' + name, { method: 'POST', headers: { 'idempotency-key': idempotencyKey } })).json();

const inputSchema = z.object({}).loose();
const read = { inputSchema, effect: 'read', network: ['SERVICE'] } as const;
const loop = tool({ ...read, description: 'Loops', execute: forEver });
const loopInSchema = tool({
  ...read,
  description: 'Loops in its schema',
  inputSchema: z.object({}).refine(forEver),
  execute: () => 1,
});
const charge = tool({
  ...read,
  description: 'Charges, then loops',
  effect: 'write',
  execute: async (_, context) => { await post('charge', context); forEver(); },
});
const deaf = tool({ ...read, description: 'Hears nothing', timeout: '200ms', execute: () => new Promise(() => {}) });
const large = tool({ ...read, description: 'Returns 20 MB', execute: () => 'x'.repeat(20_000_000) });
const wait = tool({
  ...read,
  description: 'Waits for the service',
  execute: async (_, context) => (await post('${name}-wait', context)).id,
});
const trespass = tool({
  ...read,
  description: 'Looks around',
  execute: async () => {
    const tried = {};
    const attempt = async (name, work) => {
      tried[name] = await Promise.resolve().then(work).then((value) => value ?? null, (error) => error.code);
    };
    const { spawn } = await import('node:child_process');
    const { Worker } = await import('node:worker_threads');
    const os = await import('node:os');
    const named = await import('node:process');
    await attempt('read', () => fs.readFileSync('/etc/hostname', 'utf8'));
    await attempt('own folder', () => fs.readdirSync('.'));
    await attempt('write', () => fs.writeFileSync('/tmp/bulkhead-was-here', ''));
    await attempt('spawn', () => spawn('ls').pid);
    await attempt('thread', () => new Worker('', { eval: true }).threadId);
    await attempt('binding', () => Object.keys(process.binding('fs')));
    await attempt('signal', () => process.kill(process.ppid, 0));
    await attempt('named signal', () => named.kill(process.ppid, 0));
    await attempt('raw signal', () => process._kill(process.ppid, 0));
    await attempt('debugger', () => process._debugProcess(2_000_000_000));
    await attempt('priority', () => os.setPriority(process.ppid, 0));
    await attempt('database', () => process.getBuiltinModule('node:sqlite') === undefined ? 'absent' : 'present');
    await attempt('environment', () => Object.keys(process.env));
    return tried;
  },
});

const say = (message) => {
  const body = Buffer.from(JSON.stringify(message));
  const header = Buffer.alloc(4);
  header.writeUInt32BE(body.length);
  fs.writeSync(3, Buffer.concat([header, body]));
};

const acts = {
  loop: forEver,
  exit: () => process.exit(3),
  throw: () => { setTimeout(() => { throw new TypeError('thrown outside any promise'); }); return new Promise(() => {}); },
  reject: async (context) => { Promise.reject(new Error('nobody listens')); await context.sleep(20); return 'unharmed'; },
  heap: () => { const held = []; for (;;) held.push({ some: 'thing', of: [held.length] }); },
  buffers: async () => {
    const held = [];
    for (;;) { held.push(Buffer.alloc(20_000_000, 1)); await new Promise((resolve) => setTimeout(resolve, 10)); }
  },
  print: () => { process.stdout.write('x'.repeat(50_000_000)); return 'printed'; },
  large: () => 'x'.repeat(20_000_000),
  largeMemo: (context) => context.memo('large', () => 'x'.repeat(20_000_000)),
  largeInput: (context) => context.tools.deaf({ value: 'x'.repeat(20_000_000) }),
  oddError: () => { throw Object.assign(new Error('odd'), { [Symbol.for('bulkhead.error')]: true, code: 'no\\u0000word' }); },
  forgeUnknown: () => { say({ type: 'finished', execution: 1, settled: { ok: false } }); return new Promise(() => {}); },
  forgeText: () => { fs.writeSync(3, Buffer.from([0, 0, 0, 2, 123, 123])); return new Promise(() => {}); },
  forgeSize: () => { fs.writeSync(3, Buffer.from([255, 255, 255, 255])); return new Promise(() => {}); },
};

const tools = { loop, loopInSchema, charge, deaf, large, wait, trespass };
const policy = { effects: ['read', 'write'] } as const;
export const main = workflow({
  name: '${name}',
  inputSchema: z.object({ act: z.string().optional(), tool: z.string().optional() }),
  policy,
  tools,
  run: async (input, context) =>
    input.tool === undefined ? acts[input.act](context) : context.tools[input.tool]({}),
});
export const bystander = workflow({
  name: '${name}-bystander',
  inputSchema: z.object({}),
  policy,
  tools,
  run: async (_, context) => [await context.memo('first', () => 'one'), await context.tools.wait({})],
});
`;

/** Starts a run that is in the middle of a call, in the same code host. */
async function bystanderOf(name: string, world: World): Promise<string> {
  world.service.fault('hang_after', { name: `${name}-wait` });
  const id = await world.client.submit(`${name}-bystander`, {});
  while (!world.service.effects.some((effect) => effect.name === `${name}-wait`)) await sleep(20);
  return id;
}

const run = async (agent: string, input: unknown, { client }: World): Promise<ShownRun> =>
  client.until(await client.submit(agent, input), ['succeeded', 'failed'], 40_000);

/** A run in flight was interrupted, went on in another host, and never lost or doubled anything. */
async function expectUnharmed(id: string, name: string, world: World): Promise<void> {
  const bystander = await world.client.until(id, ['succeeded', 'failed'], 30_000);
  const effect = world.service.effects.find((done) => done.name === `${name}-wait`);
  expect(bystander).toMatchObject({ status: 'succeeded', output: ['one', effect?.id] });
  const kinds = (await world.client.journal(id)).map(({ kind }) => kind);
  expect(kinds).toContain('run.interrupted');
  expect(kinds.filter((kind) => kind === 'step.completed')).toHaveLength(1);
}

describe.concurrent('code that harms its own host fails its own run, and no other', () => {
  it('an endless loop in a workflow', { timeout: 60_000 }, async () => {
    const bystander = await bystanderOf('looping', hasty);
    const looping = await run('looping', { act: 'loop' }, hasty);
    expect(looping).toMatchObject({ status: 'failed', error: { code: 'code_unresponsive' } });
    expect(looping.error?.message).toMatch(/2 s without giving way.*endless loop/);
    await expectUnharmed(bystander, 'looping', hasty);
    expect(await run('looping', { act: 'reject' }, hasty)).toMatchObject({ output: 'unharmed' });
  });

  it.each([
    ['tool', 'calling', 'loop'],
    ['schema', 'parsing', 'loopInSchema'],
  ])('an endless loop in a %s', { timeout: 60_000 }, async (_, name, tool) => {
    const bystander = await bystanderOf(name, hasty);
    const looping = await run(name, { tool }, hasty);
    expect(looping).toMatchObject({ status: 'failed', error: { code: 'code_unresponsive' } });
    await expectUnharmed(bystander, name, hasty);
  });

  it('process.exit, and an exception outside any promise', { timeout: 60_000 }, async () => {
    const bystander = await bystanderOf('dying', world);
    const exiting = await run('dying', { act: 'exit' }, world);
    expect(exiting).toMatchObject({ status: 'failed', error: { code: 'code_host_died' } });
    expect(exiting.error?.message).toMatch(/ended with code 3.*process\.exit/);
    await expectUnharmed(bystander, 'dying', world);
    const throwing = await run('dying', { act: 'throw' }, world);
    expect(throwing).toMatchObject({ status: 'failed', error: { code: 'code_host_died' } });
    expect(throwing.error?.message).toContain('TypeError: thrown outside any promise');
  });

  it.each(['forgeUnknown', 'forgeText', 'forgeSize'])(
    'a forged message to its worker: %s',
    { timeout: 60_000 },
    async (act) => {
      const forging = await run('forging', { act }, world);
      expect(forging).toMatchObject({ status: 'failed', error: { code: 'code_host_died' } });
      expect(forging.error?.message).toContain('what cannot be read');
    },
  );

  it('a heap that grows without end', { timeout: 60_000 }, async () => {
    const bystander = await bystanderOf('hungry', world);
    const hungry = await run('hungry', { act: 'heap' }, world);
    expect(hungry).toMatchObject({ status: 'failed', error: { code: 'code_out_of_memory' } });
    expect(hungry.error?.message).toContain('256 MB');
    await expectUnharmed(bystander, 'hungry', world);
  });

  it('buffers that grow without end', { timeout: 60_000 }, async () => {
    const bystander = await bystanderOf('buffering', world);
    const hungry = await run('buffering', { act: 'buffers' }, world);
    expect(hungry).toMatchObject({ status: 'failed', error: { code: 'code_out_of_memory' } });
    await expectUnharmed(bystander, 'buffering', world);
  });

  it('an endless loop in the middle of an effect, of which a person says whether it happened', {
    timeout: 60_000,
  }, async () => {
    const id = await hasty.client.submit('charging', { tool: 'charge' });
    const waiting = await hasty.client.until(id, ['waiting', 'failed'], 40_000);
    expect(waiting).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review' }] });
    const review = await hasty.client.reviewOf(waiting.id);
    expect(review).toMatchObject({ kind: 'unknown-outcome', tool: 'charge' });
    await hasty.client.decide(review.id, 'record', { output: 'charged' });
    expect(await hasty.client.until(waiting.id)).toMatchObject({ status: 'succeeded', output: 'charged' });
    expect(hasty.service.effects.filter(({ name }) => name === 'charge')).toHaveLength(1);
  });
});

describe.concurrent('code that only harms itself', { timeout: 60_000 }, () => {
  it('may forget a promise that is rejected', async () => {
    expect(await run('tame', { act: 'reject' }, world)).toMatchObject({
      status: 'succeeded',
      output: 'unharmed',
    });
  });

  it.each([
    ['act', 'large'],
    ['act', 'largeMemo'],
    ['act', 'largeInput'],
    ['tool', 'large'],
  ])('fails when a value is too large to pass: %s %s', async (kind, name) => {
    const failed = await run('tame', { [kind]: name }, world);
    expect(failed).toMatchObject({ status: 'failed', error: { code: 'message_too_large' } });
    expect(failed.error?.message).toContain('Return a reference to large data');
  });

  it('may print more than anybody reads', async () => {
    expect(await run('tame', { act: 'print' }, world)).toMatchObject({
      status: 'succeeded',
      output: 'printed',
    });
  });

  it('fails with a code that is a word, whatever it throws', async () => {
    expect(await run('tame', { act: 'oddError' }, world)).toMatchObject({
      status: 'failed',
      error: { code: 'code_failed' },
    });
  });

  it('fails when its tool does not end in time, also a tool that does not listen', async () => {
    const deaf = await run('tame', { tool: 'deaf' }, world);
    expect(deaf).toMatchObject({ status: 'failed', error: { code: 'tool_timeout' } });
    expect(deaf.error?.message).toContain('within its 200 ms');
  });

  it('reads no file, starts no process, sends no signal, and finds an empty environment', async () => {
    const { output } = await run('tame', { tool: 'trespass' }, world);
    const denied = 'ERR_ACCESS_DENIED';
    expect(output).toEqual({
      read: denied,
      'own folder': denied,
      write: denied,
      spawn: denied,
      thread: denied,
      binding: denied,
      signal: denied,
      'named signal': denied,
      'raw signal': denied,
      debugger: denied,
      priority: denied,
      database: 'absent',
      environment: [],
    });
  });
});
