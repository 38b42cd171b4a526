import type { StepHandler } from './step-context.ts';

/** A durable timer: the run waits without memory until the database's clock, which also wakes it, has passed it. */
export const sleepStep: StepHandler<'sleep'> = async ({ step, requestHash }, { duration }) => {
  const set = step.entries.find(({ meta }) => meta.kind === 'timer.set')?.meta;
  const wakeAt = set?.kind === 'timer.set' ? set.wakeAt : step.now() + duration;
  if (set === undefined)
    step.record({ meta: { kind: 'timer.set', key: step.key, wakeAt }, body: { requestHash } });
  if (step.now() < wakeAt) return step.suspend({ for: 'timer' }, wakeAt);
  step.record({ meta: { kind: 'timer.fired', key: step.key }, body: { requestHash } });
  return { ok: true, value: null };
};
