import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../world/start-world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
  await world.deploy(PROJECT);
});
afterAll(() => world?.stop());
beforeEach(() => {
  world.openai.requests.length = 0;
});

const PROJECT = `
import { agent, tool } from 'bulkhead';
import { z } from 'zod';

const weather = tool({
  description: 'Tells the weather of a city',
  inputSchema: z.object({ city: z.string().min(2), days: z.number().int().default(1) }),
  effect: 'read',
  examples: ['Will it rain tomorrow?'],
  execute: ({ city, days }) => ({ city, days, weather: 'rain' }),
});

const broken = tool({
  description: 'Is out of order',
  inputSchema: z.object({}),
  effect: 'read',
  execute: () => { throw new Error('The sensor does not answer.'); },
});

export const forecaster = agent({
  name: 'forecaster',
  instructions: 'You tell the weather.',
  rules: ['Never guess.', 'Name the city.'],
  model: 'openai/gpt-5-mini',
  tools: { weather, broken },
});

export const clerk = agent({
  name: 'clerk',
  instructions: 'Sort the message.',
  model: 'openai/gpt-5-mini',
  inputSchema: z.object({ subject: z.string(), body: z.string() }),
  outputSchema: z.object({ queue: z.enum(['billing', 'network']), urgent: z.boolean() }),
});
`;

/** The messages of the nth call, as the provider got them. */
const messages = (call: number) =>
  (world.openai.requests[call]?.body.messages ?? []) as {
    role: string;
    content: unknown;
    tool_call_id?: string;
  }[];

describe('an agent', () => {
  it('tells the provider its instructions, its rules, the message and its tools', async () => {
    world.openai.reply({ text: 'It rains.' });
    const run = await world.client.run('forecaster', 'How is it in Quito?');
    expect(run).toMatchObject({ status: 'succeeded', output: 'It rains.' });
    const [system, user] = messages(0);
    expect(system?.content).toBe(
      'You tell the weather.\n\nRules that always hold:\n- Never guess.\n- Name the city.',
    );
    expect(user).toMatchObject({ role: 'user', content: 'How is it in Quito?' });
    expect(world.openai.requests[0]?.body.tools).toMatchObject([
      {
        function: {
          name: 'weather',
          description: 'Tells the weather of a city',
          parameters: { type: 'object', required: ['city'] },
        },
      },
      { function: { name: 'broken' } },
    ]);
  });

  it('runs all tools of one answer, and shows the model each result beside its call', async () => {
    world.openai.reply({
      toolCalls: [
        { name: 'weather', id: 'call_a', input: { city: 'Quito' } },
        { name: 'weather', id: 'call_b', input: { city: 'Oslo', days: 3 } },
      ],
    });
    world.openai.reply({ text: 'Rain in both.' });
    const run = await world.client.run('forecaster', 'Quito and Oslo?');
    expect(run).toMatchObject({ output: 'Rain in both.', usage: { modelCalls: 2, toolCalls: 2 } });
    const results = messages(1).filter(({ role }) => role === 'tool');
    expect(results).toMatchObject([{ tool_call_id: 'call_a' }, { tool_call_id: 'call_b' }]);
    expect(results.map(({ content }) => JSON.parse(String(content)))).toEqual([
      { city: 'Quito', days: 1, weather: 'rain' },
      { city: 'Oslo', days: 3, weather: 'rain' },
    ]);
    const requested = (await world.client.journal(run.id)).filter(({ kind }) => kind === 'tool.requested');
    expect(requested).toMatchObject([
      { toolCallId: 'call_a', batch: { id: 'model#1', size: 2 } },
      { toolCallId: 'call_b', batch: { id: 'model#1', size: 2 } },
    ]);
  });

  it.each([
    [
      'a tool that it does not have',
      { name: 'refund', input: {} },
      /no tool .*refund.* The tools are: weather, broken/,
    ],
    ['arguments that do not fit', { name: 'weather', input: { city: 'X' } }, /city/],
    ['arguments that are no object', { name: 'weather', input: 'Quito' }, /weather/],
    ['a tool that throws', { name: 'broken', input: {} }, /The sensor does not answer\./],
  ])('is told of %s, and goes on', async (_, toolCall, told) => {
    world.openai.reply({ toolCalls: [toolCall] });
    world.openai.reply({ text: 'Sorry.' });
    const run = await world.client.run('forecaster', 'How is it?');
    expect(run).toMatchObject({ status: 'succeeded', output: 'Sorry.' });
    expect(String(messages(1).at(-1)?.content)).toMatch(told);
  });

  it('is told when the provider’s arguments were no JSON', async () => {
    world.openai.fault('malformed_tool_arguments');
    world.openai.reply({ toolCalls: [{ name: 'weather', input: { city: 'Quito' } }] });
    world.openai.reply({ text: 'Sorry.' });
    const run = await world.client.run('forecaster', 'How is it in Quito?');
    expect(run).toMatchObject({ status: 'succeeded', output: 'Sorry.', usage: { toolCalls: 0 } });
    expect(messages(1).at(-1)).toMatchObject({ role: 'tool', content: expect.stringContaining('not JSON') });
  });

  it('of good calls beside bad ones runs the good ones', async () => {
    world.openai.reply({
      toolCalls: [
        { name: 'refund', input: {} },
        { name: 'weather', input: { city: 'Quito' } },
        { name: 'broken', input: {} },
      ],
    });
    world.openai.reply({ text: 'Half of it.' });
    const run = await world.client.run('forecaster', 'All of it, please.');
    expect(run).toMatchObject({ status: 'succeeded', output: 'Half of it.' });
    const told = messages(1)
      .filter(({ role }) => role === 'tool')
      .map(({ content }) => String(content));
    expect(told).toEqual([
      expect.stringContaining('There is no tool'),
      expect.stringContaining('rain'),
      expect.stringContaining('sensor'),
    ]);
  });

  it('fails with a sentence when the provider refuses', async () => {
    world.openai.fault('refused', { status: 400, message: 'This model does not take tools.' });
    const run = await world.client.run('forecaster', 'Hello?');
    expect(run.status).toBe('failed');
    expect(run.error?.message).toContain('This model does not take tools.');
  });
});

describe('an agent with an outputSchema', () => {
  const input = { subject: 'Bill', body: 'I paid twice!' };

  it('answers with an object, and is given its input as JSON', async () => {
    world.openai.reply({ text: '{"queue":"billing","urgent":true}' });
    const run = await world.client.run('clerk', input);
    expect(run).toMatchObject({ status: 'succeeded', output: { queue: 'billing', urgent: true } });
    expect(JSON.parse(world.openai.requests[0]?.text ?? '')).toEqual(input);
  });

  it('lets the model mend an answer that does not fit, and tells it what is wrong', async () => {
    world.openai.reply({ text: 'Billing, I think.' });
    world.openai.reply({ text: '{"queue":"sales","urgent":true}' });
    world.openai.reply({ text: '{"queue":"billing","urgent":false}' });
    const run = await world.client.run('clerk', input);
    expect(run).toMatchObject({ status: 'succeeded', output: { queue: 'billing', urgent: false } });
    expect(messages(1).slice(-2)).toMatchObject([
      { role: 'assistant', content: 'Billing, I think.' },
      { role: 'user', content: expect.stringContaining('it is not JSON') },
    ]);
    expect(messages(2).at(-1)?.content).toMatch(/queue.*billing/);
  });

  it('fails when the third answer does not fit either', async () => {
    for (let answer = 1; answer <= 3; answer += 1) world.openai.reply({ text: '{"queue":"sales"}' });
    const run = await world.client.run('clerk', input);
    expect(run).toMatchObject({ status: 'failed', error: { code: 'invalid_output' } });
    expect(run.error?.message).toMatch(/queue.*urgent/);
    expect(world.openai.requests).toHaveLength(3);
  });
});

describe('a session', () => {
  it('gives the model the earlier turns that succeeded, oldest first, and no other’s', async () => {
    const session = 'talk-1';
    world.openai.reply({ text: 'It rains in Quito.' });
    await world.client.run('forecaster', 'How is it in Quito?', { session });
    world.openai.fault('refused');
    await world.client.run('forecaster', 'This turn fails.', { session });
    world.openai.reply({ text: 'Other talk.' });
    await world.client.run('forecaster', 'How is it in Lima?', { session: 'talk-2' });
    world.openai.reply({ text: 'And in Oslo it snows.' });
    await world.client.run('forecaster', 'And in Oslo?', { session });
    world.openai.requests.length = 0;

    world.openai.reply({ text: 'Quito and Oslo.' });
    const run = await world.client.run('forecaster', 'Which cities did I ask about?', { session });
    expect(run.output).toBe('Quito and Oslo.');
    expect(messages(0).slice(1)).toMatchObject([
      { role: 'user', content: 'How is it in Quito?' },
      { role: 'assistant', content: 'It rains in Quito.' },
      { role: 'user', content: 'And in Oslo?' },
      { role: 'assistant', content: 'And in Oslo it snows.' },
      { role: 'user', content: 'Which cities did I ask about?' },
    ]);
    const recorded = (await world.client.journal(run.id)).find(({ operation }) => operation === 'session');
    expect(recorded, 'a replay reads the same conversation').toMatchObject({
      key: 'session#1',
      outcome: 'ok',
    });
  });
});
