import { expect, vi } from 'vitest';
import { wired } from './wired.ts';

const PROJECT = `
import { tool, workflow } from 'bulkhead';
import { z } from 'zod';

const send = (what, { fetch, idempotencyKey }) =>
  fetch('SERVICE/effects/' + what, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: '{}',
  });

const balance = tool({
  description: 'Reads the balance of an account',
  inputSchema: z.object({ account: z.string() }),
  effect: 'read',
  network: ['SERVICE'],
  cache: { ttl: '1h', tags: ['account'] },
  execute: async ({ account }, context) => {
    await send('balance', context);
    return { account, usd: 20 };
  },
});

const limits = tool({
  description: 'Reads what may be spent a day',
  inputSchema: z.object({}),
  effect: 'read',
  network: ['SERVICE'],
  cache: { ttl: 1, staleWhileRevalidate: '1h', shared: true },
  execute: async (_, context) => {
    await send('limits', context);
    return { usd: 500 };
  },
});

const deposit = tool({
  description: 'Puts money into an account',
  inputSchema: z.object({ account: z.string() }),
  effect: 'write',
  idempotent: true,
  network: ['SERVICE'],
  invalidates: ['account'],
  execute: async (_, context) => {
    await send('deposit', context);
    return 'done';
  },
});

export const spend = workflow({
  name: 'spend',
  inputSchema: z.object({}),
  tools: { limits },
  run: (_, { tools }) => tools.limits({}),
});

export const read = workflow({
  name: 'read',
  inputSchema: z.object({ account: z.string(), first: z.enum(['deposit', 'nothing']) }),
  policy: { effects: ['read', 'write'] },
  tools: { balance, deposit },
  run: async ({ account, first }, { tools }) => {
    if (first === 'deposit') await tools.deposit({ account });
    return tools.balance({ account });
  },
});
`;

const input = { account: 'A-1', first: 'nothing' };
const ofAnn = { subject: 'ann' };

wired({
  gateway: 'tool',
  control: 'result-cache',
  holds: 'a read that was made is not made again, until an operator clears its tag',
  async scenario({ client, deploy, service }) {
    await deploy(PROJECT);
    await client.run('read', input, ofAnn);
    const again = await client.run('read', input, ofAnn);
    expect(again).toMatchObject({ status: 'succeeded', output: { account: 'A-1', usd: 20 } });
    expect(service.calls).toHaveLength(1);
    expect(await client.journal(again.id)).toContainEqual(
      expect.objectContaining({ kind: 'tool.completed', tool: 'balance', cached: true }),
    );
    await client.run('read', input, { subject: 'bob' });
    expect(service.calls).toHaveLength(2);
    const cleared = await client.send('POST', '/v1/cache/invalidations', { tags: ['account'] });
    expect(cleared).toMatchObject({ status: 200, body: { cleared: 2 } });
    await client.run('read', input, ofAnn);
    expect(service.calls).toHaveLength(3);

    await client.run('spend', {});
    const stale = await client.run('spend', {});
    expect(await client.journal(stale.id)).toContainEqual(
      expect.objectContaining({ kind: 'tool.completed', tool: 'limits', cached: true, stale: true }),
    );
    // Read anew behind the run, which may have ended.
    await vi.waitFor(() => expect(service.calls.filter(({ name }) => name === 'limits')).toHaveLength(2), {
      timeout: 10_000,
    });
  },
});

wired({
  gateway: 'tool',
  control: 'cache-invalidation',
  holds: 'what a tool has changed is read anew',
  async scenario({ client, deploy, service }) {
    await deploy(PROJECT);
    await client.run('read', input, ofAnn);
    await client.run('read', { ...input, first: 'deposit' }, ofAnn);
    expect(service.calls.map(({ name }) => name)).toEqual(['balance', 'deposit', 'balance']);
  },
});
