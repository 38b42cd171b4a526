import type { RunFacts } from '../../contract/run.ts';
import type { HostRun } from '../protocol.ts';

/** What the code of a run is told of it. */
export function hostRunOf({ id, tenant, agent, session, subject }: RunFacts): HostRun {
  return {
    id,
    tenant,
    agent,
    ...(session === undefined ? {} : { session }),
    ...(subject === undefined ? {} : { subject }),
  };
}
