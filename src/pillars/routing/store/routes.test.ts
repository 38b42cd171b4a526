import { expect, it } from 'vitest';
import { ManualClock } from '../../../../test/fakes/manual-clock.ts';
import { DIMENSIONS, NUMBERS } from '../learn/features.ts';
import { packModel } from '../learn/index.ts';
import { Routes } from './routes.ts';

const MODEL = {
  bias: 1,
  numbers: new Float32Array(NUMBERS.length),
  words: new Float32Array(DIMENSIONS),
};
const ROW = { tenant: 'acme', agent: 'support', version: 1, pair: 'a b', threshold: 0.5 };

/** Routes over rows as a table would answer with. */
async function routesOf(...rows: (typeof ROW & { weights: Buffer })[]): Promise<Routes> {
  const query = async (_: string, [tenant, agent]: string[] = []) => ({
    rows: rows.filter((row) => tenant === undefined || (row.tenant === tenant && row.agent === agent)),
  });
  const routes = new Routes({ pool: { query } as never, clock: new ManualClock() });
  await routes.refresh();
  return routes;
}

it('a route decides for the agent of its own tenant alone', async () => {
  const routes = await routesOf({ ...ROW, weights: packModel(MODEL) });
  expect(routes.find('acme', 'support')).toMatchObject({ version: 1, threshold: 0.5 });
  expect(routes.find('globex', 'support')).toBeUndefined();
});

it.each([
  ['a threshold that no score can have', { threshold: -3 }],
  ['no threshold', { threshold: Number.NaN }],
  ['weights that are no numbers', { weights: packModel({ ...MODEL, bias: Number.NaN }) }],
  ['weights of another length', { weights: Buffer.alloc(12) }],
])('a row with %s decides nothing', async (_, spoiled) => {
  const routes = await routesOf({ ...ROW, weights: packModel(MODEL), ...spoiled });
  expect(routes.find('acme', 'support')?.version).toBeUndefined();
});
