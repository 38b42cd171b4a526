import { randomUUID } from 'node:crypto';
import { type Attributes, type MeterProvider, metrics } from '@opentelemetry/api';
import { expect } from 'vitest';
import { wired } from './wired.ts';

/** What was counted, by metric and agent: each scenario has an agent of its own. */
const counted = new Map<string, number>();
const instrument = (name: string) => {
  const add = (value: number, attributes: Attributes = {}) => {
    const key = `${name} ${attributes['gen_ai.agent.name']}`;
    counted.set(key, (counted.get(key) ?? 0) + value);
  };
  return { add, record: add };
};
metrics.setGlobalMeterProvider({
  getMeter: () => ({ createHistogram: instrument, createCounter: instrument }),
} as unknown as MeterProvider);

wired({
  gateway: 'model',
  control: 'window',
  holds: 'a prompt that passes four fifths of its window is warned of, in the run’s events and as a metric',
  async scenario({ client, deploy, openai }) {
    const name = `reader-${randomUUID()}`;
    await deploy(`
import { agent } from 'bulkhead';
export const reader = agent({
  name: '${name}', instructions: 'Read.', model: 'openai/gpt-5-mini', window: { tokens: 8_192 },
});
`);
    openai.answer(() => ({ text: 'Read.' }));
    // The answer's quarter is set aside: 6,144 tokens are left for the prompt.
    const short = await client.run(name, 'word '.repeat(4_000));
    const long = await client.run(name, 'word '.repeat(5_200));
    const eventsOf = async (run: string) => {
      const response = await fetch(`${client.url}/v1/runs/${run}/events`, {
        headers: { authorization: `Bearer ${client.key}`, accept: 'text/event-stream' },
      });
      return (await response.text()).split('\n').filter((line) => line.includes('"window.warned"'));
    };
    expect(long).toMatchObject({ status: 'succeeded' });
    expect(await eventsOf(short.id)).toEqual([]);
    expect(await eventsOf(long.id)).toEqual([expect.stringMatching(/^data: .*"percent":80.*"limit":6144/)]);
    expect(counted.get(`bulkhead.window.warnings ${name}`)).toBe(1);
    expect(counted.get(`bulkhead.window.tokens ${name}`)).toBeGreaterThan(9_000);
  },
});
