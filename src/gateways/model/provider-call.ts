import type { ModelCall } from '../../contract/gateway-call.ts';
import type { Next } from '../../contract/middleware.ts';
import type { ModelResponse } from '../../contract/model.ts';
import { callModel, type ModelRegistry, type ProviderResponse } from './provider/index.ts';
import { toCallOptions } from './to-call-options.ts';

/** The end of the pipeline: asks the provider, once. */
export function providerCall(registry: Pick<ModelRegistry, 'resolve'>): Next<ModelCall, ModelResponse> {
  return async ({ model: name, request, attempt, onDelta, heldBack, signal }) => {
    const model = await registry.resolve(name);
    const response = await callModel(model, toCallOptions(request), {
      name,
      signal,
      ...(heldBack || request.quiet || request.whole
        ? { whole: true }
        : { onDelta: (text: string) => onDelta({ text, attempt }) }),
    });
    return toModelResponse(response);
  };
}

/** Leaves out what only the provider's own logs know. */
export function toModelResponse(response: ProviderResponse): ModelResponse {
  const { content, finishReason, usage, model, responseModel, confidence, service, providerMetadata } =
    response;
  return {
    content,
    finishReason,
    usage,
    model,
    ...(responseModel === undefined ? {} : { responseModel }),
    ...(confidence === undefined ? {} : { confidence }),
    ...(service === undefined ? {} : { service }),
    ...(providerMetadata === undefined ? {} : { providerMetadata }),
  };
}
