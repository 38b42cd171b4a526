import type { ModelCall } from '../../../contract/gateway-call.ts';
import type { ModelRequest } from '../../../contract/model.ts';
import { type Features, featuresOf } from './features.ts';

/** The features of a call's request, hashed with its tenant's key; undefined where there is no key at hand. */
export type FeatureSource = (call: Pick<ModelCall, 'request' | 'run'>) => Promise<Features | undefined>;

/** @param tenantKey whose hashes nobody else can make; its own hash is the key of the features */
export function createFeatureSource(
  tenantKey: (tenant: string) => Promise<{ keyedHash(value: unknown): string }>,
): FeatureSource {
  const known = new WeakMap<ModelRequest, Promise<Features | undefined>>();
  const work = async ({ request, run }: Pick<ModelCall, 'request' | 'run'>) => {
    const { keyedHash } = await tenantKey(run.tenant);
    return featuresOf(request, Buffer.from(keyedHash(['routing features']), 'hex'));
  };
  return (call) => {
    const features = known.get(call.request) ?? work(call).catch(() => undefined);
    known.set(call.request, features);
    return features;
  };
}
