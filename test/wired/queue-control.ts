import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { type Gate, startGate } from '../fakes/gate/index.ts';
import { buildProject } from '../world/build-project.ts';
import type { Client } from '../world/client.ts';
import { openTenant } from '../world/open-tenant.ts';
import { startWorld, type World, type WorldOptions } from '../world/start-world.ts';

export type Yard = {
  /** Of the tenant that is there by itself, for whom the project is deployed. */
  client: Client;
  gate: Gate;
  world: World;
  /** What the world was started with. */
  options: WorldOptions;
  /** Another tenant, for whom it is deployed too. */
  tenant(id: string): Promise<Client>;
};

const PATIENCE = { with: 15_000, without: 3_000 };

export type QueueControl = {
  control: string;
  /** What the control is there for, as a sentence. */
  holds: string;
  /**
   * Starts real runs through the API and asserts in which order, or how many of them, begin. Waits no longer than
   * `patience` ms for what only the control brings about.
   */
  scenario: (yard: Yard, patience: number) => Promise<void>;
  /** The pieces of the claim's SQL that are the control, each with what stands there without it. */
  without: readonly (readonly [piece: string, instead: string])[];
  world?: () => WorldOptions;
};

/**
 * As `wired`, for a control of the queue: it stands in the functions of the database that choose the next runs, so in
 * the second world these are made anew without it.
 */
export function queueControl({ control, holds, scenario, without, world = () => ({}) }: QueueControl): void {
  // Beside each other, because much of their time they wait.
  describe.concurrent(`queue, ${control}`, { timeout: 60_000 }, () => {
    it(holds, () => inYard(world(), (yard) => scenario(yard, PATIENCE.with)));

    it('is what makes it hold', async () => {
      const error = await inYard(world(), async (yard) => {
        await takeOut(yard.world.databaseUrl, without);
        return scenario(yard, PATIENCE.without).then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
      });
      expect(error, `the scenario fails without "${control}"`).toMatchObject({ name: 'AssertionError' });
    });
  });
}

/** A world with a worker, a project whose runs wait at a gate, and tenants at will. */
export async function inYard<Result>(
  options: WorldOptions,
  work: (yard: Yard) => Promise<Result>,
): Promise<Result> {
  const gate = await startGate();
  const world = await startWorld(options);
  try {
    const code = await buildProject(PROJECT.replaceAll('GATE', gate.url));
    await world.client.deploy(code);
    const tenant = async (id: string) => {
      const client = await openTenant(world, id);
      await client.deploy(code);
      return client;
    };
    return await work({ client: world.client, gate, world, options, tenant });
  } finally {
    // What still waits there would hold up the worker's end.
    gate.open();
    await world.stop();
    await gate.stop();
  }
}

const FUNCTIONS_WITH = `SELECT pg_get_functiondef(oid) AS source FROM pg_proc
  WHERE pronamespace = 'public'::regnamespace AND position($1 IN prosrc) > 0`;

async function takeOut(url: string, pieces: QueueControl['without']): Promise<void> {
  const owner = new pg.Client({ connectionString: url });
  await owner.connect();
  try {
    for (const [piece, instead] of pieces) {
      const { rows } = await owner.query<{ source: string }>(FUNCTIONS_WITH, [piece]);
      expect(rows.length, `functions of the database with "${piece}"`).toBeGreaterThan(0);
      for (const { source } of rows) await owner.query(source.replaceAll(piece, instead));
    }
  } finally {
    await owner.end();
  }
}

/** Two workflows whose runs wait at the gate under the name that is their input, and one that asks a person. */
const PROJECT = `
import { tool, workflow } from 'bulkhead';
import { z } from 'zod';

const knock = tool({
  description: 'Waits until it is let in',
  inputSchema: z.object({ name: z.string() }),
  effect: 'read',
  network: ['GATE'],
  execute: async ({ name }, { fetch }) => (await fetch('GATE/' + encodeURIComponent(name))).status,
});

const declared = { inputSchema: z.string(), tools: { knock } };
const wait = (name: string, context: any) => context.tools.knock({ name });

export const errand = workflow({ ...declared, name: 'errand', run: wait });
export const report = workflow({ ...declared, name: 'report', run: wait });

export const audit = workflow({
  name: 'audit',
  inputSchema: z.number(),
  run: async (left, context) => {
    if (left === 0) return 'done';
    await context.review({ title: 'Go on?' });
    return context.continueAsNew(left - 1);
  },
});
`;
