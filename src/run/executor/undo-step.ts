import { serializeError } from '../../contract/errors.ts';
import type { Step } from '../../contract/step.ts';
import type { Settled } from '../protocol.ts';
import type { OpenSteps } from './open-steps.ts';
import type { StepContext } from './steps/index.ts';

/** Carries out one step of a cancel. `'suspended'` when it has to wait for a person. */
export function undoStep(
  steps: OpenSteps,
  context: StepContext,
  work: (context: StepContext) => Promise<Settled>,
): Promise<Settled | 'suspended'> {
  const { key } = context.step;
  const { promise, resolve } = Promise.withResolvers<Settled | 'suspended'>();
  const token = steps.enter(key);
  const suspend: Step['suspend'] = (reason, wakeAt) => {
    void context.step.suspend(reason, wakeAt);
    resolve('suspended');
    return new Promise(() => {});
  };
  work({ ...context, step: { ...context.step, suspend } })
    .catch((error: unknown): Settled => ({ ok: false, error: serializeError(error) }))
    .then((settled) => {
      steps.leave(key, token);
      resolve(settled);
    });
  return promise;
}
