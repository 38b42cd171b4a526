import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { Pipelines } from '../../src/surfaces/composition/start-worker.ts';
import { startWorld } from '../world/start-world.ts';

const GATEWAYS = ['model', 'tool'] as const;

/** `model budget`, `tool ledger`, …: what the files beside this one prove to be connected. */
async function provenControls(): Promise<Set<string>> {
  const proven = new Set<string>();
  for (const name of await readdir(import.meta.dirname)) {
    const text = await readFile(`${import.meta.dirname}/${name}`, 'utf8');
    for (const [, body = ''] of text.matchAll(/wired\(\{([\s\S]*?)holds:/g)) {
      const gateway = /gateway: '(\w+)'/.exec(body)?.[1];
      const control = /control: '([\w-]+)'/.exec(body)?.[1];
      proven.add(`${gateway} ${control}`);
    }
  }
  return proven;
}

it('each control of both gateways has a test that fails without it', async () => {
  let composed: Pipelines | undefined;
  const world = await startWorld({
    shapePipelines: (pipelines) => {
      composed = pipelines;
      return pipelines;
    },
  });
  await world.stop();
  const controls = GATEWAYS.flatMap((gateway) =>
    (composed?.[gateway] ?? []).map(({ name }) => `${gateway} ${name}`),
  );
  expect(controls.length).toBeGreaterThan(25);
  const proven = await provenControls();
  expect(controls.filter((control) => !proven.has(control))).toEqual([]);
});
