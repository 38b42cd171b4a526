import { metrics } from '@opentelemetry/api';

/** What a prompt's size is told with. */
export type WindowFacts = { agent: string; model: string };

/** How full windows are, as metrics. */
export type WindowMeter = {
  measured(tokens: number, facts: WindowFacts): void;
  warned(facts: WindowFacts): void;
  trimmed(facts: WindowFacts): void;
};

/** Made when the pipeline is: by then whoever collects metrics has said so. */
export function createWindowMeter(): WindowMeter {
  const meter = metrics.getMeter('bulkhead');
  const tokens = meter.createHistogram('bulkhead.window.tokens', {
    unit: '{token}',
    description: 'Tokens of the prompts that models were to be asked with.',
  });
  const warnings = meter.createCounter('bulkhead.window.warnings', {
    unit: '{warning}',
    description: 'Runs whose prompts passed a level of what the window takes.',
  });
  const trims = meter.createCounter('bulkhead.window.trims', {
    unit: '{prompt}',
    description: 'Prompts whose oldest turns were left out.',
  });
  const attributes = ({ agent, model }: WindowFacts) => ({
    'gen_ai.agent.name': agent,
    'gen_ai.request.model': model,
  });
  return {
    measured: (count, facts) => tokens.record(count, attributes(facts)),
    warned: (facts) => warnings.add(1, attributes(facts)),
    trimmed: (facts) => trims.add(1, attributes(facts)),
  };
}
