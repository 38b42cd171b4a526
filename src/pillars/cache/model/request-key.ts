import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { ModelRequest } from '../../../contract/model.ts';

/** What answers of models depend on beside the call itself. */
export type KeyParts = {
  /** Of the guards that looked at the answer: what an older one let through is not given again. */
  guardVersion: string;
  /** Who may read the answer, once data carries labels. Default: nobody is named. */
  readersOf?: (call: ModelCall) => readonly string[];
};

/** Of the key's own form: a change of it forgets all that was kept. */
const FORM = 2;

/**
 * All that an answer depends on: two calls with equal values may have the same answer.
 *
 * @param request default: the call's own, whole
 */
export function requestKey(
  call: ModelCall,
  { guardVersion, readersOf }: KeyParts,
  request: Partial<ModelRequest> = call.request,
): unknown {
  const { run, definition, model, candidates } = call;
  // How it is told changes nothing of what it says, and what stands here fits into the window.
  const { whole: _, untrimmed: __, ...asked } = request;
  return {
    form: FORM,
    tenant: run.tenant,
    // The author's checks of answers are code.
    version: run.version,
    definition: definition.hash,
    model,
    candidates,
    request: asked,
    guard: guardVersion,
    readers: readersOf?.(call) ?? [],
  };
}
