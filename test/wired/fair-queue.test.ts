import { expect, vi } from 'vitest';
import type { Client } from '../world/client.ts';
import { queueControl } from './queue-control.ts';

const submitAll = async (client: Client, ...names: string[]) => {
  for (const name of names) await client.submit('errand', name);
};

queueControl({
  control: 'shares of tenants',
  holds: 'the next run is that of a tenant with few under way, behind however many of another',
  without: [['coalesce(busy.runs, 0) + of_lane', '0']],
  world: () => ({ capacity: 4 }),
  async scenario({ client: big, gate, tenant }) {
    const small = await tenant('small');
    await submitAll(big, ...Array.from({ length: 8 }, (_, index) => `big ${index}`));
    await gate.arrived('big 0', 'big 1', 'big 2', 'big 3');
    await submitAll(small, 'small 0', 'small 1');
    // It took the place beyond capacity: from here on its runs stand in line with the others.
    await gate.arrived('small 0');
    gate.letIn('big 0');
    gate.letIn('big 1');
    await gate.filled(6);
    expect(gate.arrivals.at(-1)).toBe('small 1');
  },
});

queueControl({
  control: 'places beyond capacity',
  holds: 'a tenant that has nothing under way starts beside a flood that fills the worker',
  without: [['LIMIT reserve)', 'LIMIT 0)']],
  world: () => ({ capacity: 2 }),
  async scenario({ client: big, gate, tenant }, patience) {
    const small = await tenant('small');
    await submitAll(big, 'big 0', 'big 1', 'big 2', 'big 3');
    await gate.arrived('big 0', 'big 1');
    const run = await small.submit('errand', 'small');
    await vi.waitFor(async () => expect((await small.show(run)).status).toBe('running'), {
      timeout: patience,
    });
    await gate.arrived('small');
    expect(gate.arrivals).toHaveLength(3);
  },
});

queueControl({
  control: 'lanes',
  holds: 'an urgent run overtakes a normal one that was there before',
  without: [['ORDER BY lane, coalesce', 'ORDER BY coalesce']],
  world: () => ({ capacity: 1 }),
  async scenario({ client, gate }) {
    await client.submit('errand', 'under way');
    await gate.arrived('under way');
    await client.submit('errand', 'normal', { lane: 'normal' });
    await client.submit('errand', 'urgent', { lane: 'urgent' });
    gate.open();
    await gate.arrived('normal', 'urgent');
    expect(gate.arrivals).toEqual(['under way', 'urgent', 'normal']);
  },
});
