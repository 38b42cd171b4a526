import type { ModelPipelineParts } from '../../src/gateways/model/pipeline.ts';

/** No provider takes batches. */
export const noBatches: ModelPipelineParts['batches'] = {
  takesBatches: () => false,
  packOf: async () => undefined,
  requests: {
    file: async () => {},
    read: async () => undefined,
    withdraw: async () => false,
  },
};
