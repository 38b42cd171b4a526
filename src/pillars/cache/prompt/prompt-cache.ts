import { createHash } from 'node:crypto';
import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { Middleware } from '../../../contract/middleware.ts';
import type { ModelResponse } from '../../../contract/model.ts';
import { markStablePrefix } from './mark-stable-prefix.ts';

/**
 * Lets providers keep what requests begin with alike: Anthropic is told where that ends, OpenAI which requests belong
 * together; the others find out by themselves. It stands below the choice of the model, since each is told otherwise.
 */
export function promptCache(): Middleware<ModelCall, ModelResponse> {
  return {
    name: 'prompt-cache',
    handle(call, next) {
      const { model, request, definition, run } = call;
      if (model.startsWith('anthropic/')) return next({ ...call, request: markStablePrefix(request) });
      if (model.startsWith('openai/'))
        return next({ ...call, request: { promptCacheKey: keyOf(run.tenant, definition.hash), ...request } });
      return next(call);
    },
  };
}

/** As long as OpenAI takes one. Of each tenant another: what is kept in one place tells by its speed what others ask. */
function keyOf(tenant: string, definition: string): string {
  return createHash('sha256').update(`${tenant}\n${definition}`).digest('hex');
}
