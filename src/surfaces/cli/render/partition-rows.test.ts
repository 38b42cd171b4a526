import { expect, it } from 'vitest';
import type { PartitionPlan } from '../../../foundation/queue/retention/index.ts';
import { showPartitions, showSize } from './partition-rows.ts';

const plan: PartitionPlan = {
  partition: 'frame_standard_2025_01_01',
  class: 'standard',
  from: new Date(0),
  to: new Date(1),
  runs: 12,
  frames: 30,
  bytes: 12_345_678,
  terminal: 12,
  expired: 12,
  held: 0,
  verdict: 'drop',
  reasons: [],
};

it('shows what goes before what stays, and why that stays', () => {
  const kept: PartitionPlan = {
    ...plan,
    partition: 'frame_standard_2025_02_01',
    verdict: 'keep',
    reasons: [{ reason: 'not-finished', count: 3 }, { reason: 'period-not-over' }],
  };
  const lines = showPartitions([kept, plan], undefined).split('\n');
  expect(lines[1]).toMatch(/^frame_standard_2025_01_01 {2}12 +30 +12 MB +drop$/);
  expect(lines[2]).toMatch(
    /^frame_standard_2025_02_01 .*keep +3 not finished, young runs may still belong to it$/,
  );
});

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [8_192, '8 kB'],
  [12_345_678, '12 MB'],
  [5e15, '5000 TB'],
])('shows %d bytes as %s', (bytes, shown) => {
  expect(showSize(bytes)).toBe(shown);
});
