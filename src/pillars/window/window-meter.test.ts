import { type MeterProvider, metrics } from '@opentelemetry/api';
import { afterEach, describe, expect, it } from 'vitest';
import { createWindowMeter } from './window-meter.ts';

afterEach(() => metrics.disable());

describe('how full windows are', () => {
  it('is told as metrics to whoever collects them', () => {
    const told: unknown[] = [];
    const instrument = (name: string) => ({
      record: (value: number, attributes: unknown) => told.push([name, value, attributes]),
      add: (value: number, attributes: unknown) => told.push([name, value, attributes]),
    });
    const provider = { getMeter: () => ({ createHistogram: instrument, createCounter: instrument }) };
    metrics.setGlobalMeterProvider(provider as unknown as MeterProvider);
    const meter = createWindowMeter();
    const facts = { agent: 'support', model: 'openai/gpt-5-mini' };
    meter.measured(1_200, facts);
    meter.warned(facts);
    meter.trimmed(facts);
    const attributes = { 'gen_ai.agent.name': 'support', 'gen_ai.request.model': 'openai/gpt-5-mini' };
    expect(told).toEqual([
      ['bulkhead.window.tokens', 1_200, attributes],
      ['bulkhead.window.warnings', 1, attributes],
      ['bulkhead.window.trims', 1, attributes],
    ]);
  });
});
