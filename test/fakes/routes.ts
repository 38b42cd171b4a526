import type { CascadeParts, RoutingParts } from '../../src/pillars/routing/index.ts';
import { checkAgainst } from '../../src/run/bundle/json-schema-check.ts';

export type FakeRoutes = RoutingParts &
  CascadeParts & { kept: Parameters<CascadeParts['samples']['add']>[0][] };

/** Nothing was learned, nothing is forbidden, and what is kept can be looked at. */
export function fakeRoutes(overrides: Partial<RoutingParts & CascadeParts> = {}): FakeRoutes {
  const kept: FakeRoutes['kept'] = [];
  return {
    operator: { models: {}, tenants: {} },
    routes: { find: () => undefined },
    features: async () => ({ words: [1, 2], numbers: [0] }),
    samples: { add: (sample) => void kept.push(sample) },
    fits: (schema, value) => checkAgainst(schema, value).ok,
    kept,
    ...overrides,
  };
}
