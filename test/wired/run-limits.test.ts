import { expect } from 'vitest';
import type { Client } from '../world/client.ts';
import { queueControl } from './queue-control.ts';

const limit = async (client: Client, running: number, agent?: string) => {
  const answer = await client.send('PUT', '/v1/limits', {
    running,
    ...(agent === undefined ? {} : { agent }),
  });
  expect(answer.status).toBe(200);
};
const statusOf = async (client: Client, run: string) => (await client.show(run)).status;

queueControl({
  control: 'the limit of an agent',
  holds: 'no more of its runs are under way at once, and other agents are not held up',
  without: [[`AND part.agent <> ''`, `AND part.agent <> '' AND false`]],
  async scenario({ client, gate }) {
    await limit(client, 2, 'report');
    await client.submit('report', 'first');
    await client.submit('report', 'second');
    const third = await client.submit('report', 'third');
    // Who stood behind it in the queue and is under way shows that it was passed over.
    await client.submit('errand', 'errand');
    await gate.arrived('first', 'second', 'errand');
    expect(await statusOf(client, third)).toBe('queued');
    gate.letIn('first');
    await gate.arrived('third');
    const fourth = await client.submit('report', 'fourth');
    await client.submit('errand', 'another errand');
    await gate.arrived('another errand');
    expect(await statusOf(client, fourth)).toBe('queued');
    expect((await client.send('DELETE', '/v1/limits/report')).status).toBe(204);
    await gate.arrived('fourth');
  },
});

queueControl({
  control: 'the limit of a tenant',
  holds: 'no more of its runs are under way at once, of whichever agent, and other tenants are not held up',
  without: [[`AND whole.agent = ''`, `AND whole.agent = '' AND false`]],
  async scenario({ client, gate, tenant }) {
    const other = await tenant('other');
    await limit(client, 2);
    await client.submit('report', 'report');
    await client.submit('errand', 'errand');
    const third = await client.submit('report', 'one more');
    await other.submit('errand', 'of another');
    await gate.arrived('report', 'errand', 'of another');
    expect(await statusOf(client, third)).toBe('queued');
    await limit(client, 3);
    await gate.arrived('one more');
  },
});
