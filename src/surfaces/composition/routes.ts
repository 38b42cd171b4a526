import type pg from 'pg';
import type { Clock } from '../../contract/clock.ts';
import type { KeyRing } from '../../foundation/vault/index.ts';
import {
  type CascadeParts,
  createFeatureSource,
  type OperatorModels,
  Routes,
  type RoutingParts,
  SampleStore,
} from '../../pillars/routing/index.ts';
import { checkAgainst } from '../../run/bundle/json-schema-check.ts';
import { createTenantKeys } from './tenant-keys.ts';

export type RoutesOptions = {
  pool: pg.Pool;
  keys: KeyRing;
  clock: Clock;
  operator: OperatorModels | undefined;
};

/** What a worker chooses models by; whoever makes it starts and stops its reading, and waits for its samples. */
export function createRoutes({
  pool,
  keys,
  clock,
  operator = { models: {}, tenants: {} },
}: RoutesOptions): RoutingParts & CascadeParts & { routes: Routes; samples: SampleStore } {
  const samples = new SampleStore(pool);
  return {
    operator,
    routes: new Routes({ pool, clock }),
    samples,
    features: createFeatureSource(createTenantKeys(pool, keys)),
    fits: (schema, value) => checkAgainst(schema, value).ok,
  };
}
