import type { ModelCall } from '../../contract/gateway-call.ts';
import { compose, type Middleware, type Next } from '../../contract/middleware.ts';
import type { ModelResponse } from '../../contract/model.ts';
import type { ModelRegistry } from './provider/index.ts';
import { providerCall } from './provider-call.ts';

/** All that models are asked goes through this. */
export type ModelGateway = Next<ModelCall, ModelResponse>;

/**
 * @example
 * const gateway = createModelGateway(modelPipeline({ killSwitches, prices, circuits, clock }), registry);
 * const { content, usd } = await gateway(call);
 */
export function createModelGateway(
  pipeline: readonly Middleware<ModelCall, ModelResponse>[],
  registry: Pick<ModelRegistry, 'resolve'>,
): ModelGateway {
  return compose(pipeline, providerCall(registry));
}
