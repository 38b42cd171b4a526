import { completesStep } from '../../../contract/entry.ts';
import { serializeError } from '../../../contract/errors.ts';
import type { Settled, StepRequest } from '../../protocol.ts';
import { childStep } from './child-step.ts';
import { modelStep } from './model-step.ts';
import { escalateStep, reviewStep } from './review-step.ts';
import { sessionStep } from './session-step.ts';
import { sleepStep } from './sleep-step.ts';
import type { StepContext } from './step-context.ts';
import { toolStep } from './tool-step.ts';

/** Carries out a step. What a handler throws becomes the step's error; a handler that suspends never returns. */
export async function performStep(context: StepContext, request: StepRequest): Promise<Settled> {
  try {
    switch (request.operation) {
      case 'tool':
        return await toolStep(context, request);
      case 'model':
        return await modelStep(context, request);
      case 'sleep':
        return await sleepStep(context, request);
      case 'child':
        return await childStep(context, request);
      case 'review':
        return await reviewStep(context, request);
      case 'escalate':
        return await escalateStep(context, request);
      case 'session':
        return await sessionStep(context, request);
    }
  } catch (thrown) {
    const error = serializeError(thrown, 'step_failed');
    // Code acts on what it is told: the next owner has to tell it the same.
    const { step, requestHash } = context;
    if (!step.entries.some(({ meta }) => completesStep(meta))) {
      step.record({
        meta: { kind: 'step.completed', key: step.key, operation: request.operation, outcome: 'error' },
        body: { requestHash, error },
      });
    }
    return { ok: false, error };
  }
}

export type { StepContext } from './step-context.ts';
export { callTool } from './tool-step.ts';
