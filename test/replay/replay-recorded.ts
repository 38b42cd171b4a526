import type { Agent } from '../../src/contract/agent.ts';
import type { Json } from '../../src/contract/json.ts';
import type { Workflow } from '../../src/contract/workflow.ts';
import { createInlineHost } from '../../src/run/code/inline-host.ts';
import { recordedSteps } from '../../src/run/executor/recorded-steps.ts';
import type { RecordedStep, Settled } from '../../src/run/protocol.ts';
import type { Recorded } from './recorded.ts';

export type Replayed = {
  /** How the code ended; undefined when it waits for a step that is not recorded. */
  settled: Settled | undefined;
  /** Steps that the code asked the world for. */
  asked: string[];
};

/** Runs today's code against a journal. Nothing is called: whatever the code asks for beyond it is only noted. */
export function replayRecorded(
  definitions: readonly (Agent | Workflow)[],
  { definition, entries }: Recorded,
  change: (steps: RecordedStep[]) => RecordedStep[] = (steps) => steps,
): Promise<Replayed> {
  const host = createInlineHost(definitions, () => Promise.reject(new Error('A replay fetches nothing.')));
  const asked: string[] = [];
  return new Promise((resolve) => {
    host.start(
      {
        definition,
        input: (entries[0]?.body?.input ?? null) as Json,
        run: { id: 'replayed', tenant: 'default', agent: definition },
        recorded: change(recordedSteps(entries)),
      },
      {
        step: (key) => asked.push(key),
        record: (key) => asked.push(key),
        idle: () => {
          if (asked.length > 0) resolve({ settled: undefined, asked });
        },
        finished: (settled) => resolve({ settled, asked }),
        continued: () => resolve({ settled: undefined, asked }),
        died: () => resolve({ settled: undefined, asked }),
      },
    );
  });
}
