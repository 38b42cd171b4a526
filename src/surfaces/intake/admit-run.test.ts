import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Principal } from '../../contract/principal.ts';
import { inTenant } from '../../foundation/store/index.ts';
import { tenantStream } from '../../pillars/identity/index.ts';
import { createSharedTransactions } from '../api/runs/shared-transactions.ts';
import { deploySupport, openTestApi, type TestApi } from '../api/testing/open-test-api.ts';
import { type AdmissionParts, admitRun } from './admit-run.ts';

let api: TestApi;
let parts: AdmissionParts;
beforeAll(async () => {
  api = await openTestApi();
  for (const tenant of ['acme', 'globex']) await deploySupport(api, await api.keyFor(tenant, 'admin'));
  parts = partsOfProcess();
});
afterAll(() => api.drop());

const partsOfProcess = (): AdmissionParts => ({
  ...api.parts,
  together: createSharedTransactions(api.parts.store),
  tenantStream: (tenant) => tenantStream(api.parts.store, api.parts.keys, tenant),
});

const admission = (
  message: string,
  changes: { tenant?: string; source?: string; agent?: string; body?: string } = {},
) => {
  const { tenant = 'acme', source = 'orders', agent = 'support', body = 'Hi' } = changes;
  const principal: Principal = { id: `intake:${source}`, name: source, tenant, roles: [] };
  const submission = { agent, input: body };
  return { source, message, body: Buffer.from(body), principal, submission, replyTo: undefined };
};

const runsOf = async (message: string) =>
  (await api.owner.query('SELECT run FROM intake_message WHERE message = $1', [message])).rows.length;

describe('the admission of a message', () => {
  it('makes one run, whatever number of processes try at once', async () => {
    const processes = Array.from({ length: 6 }, partsOfProcess);
    const admitted = await Promise.all(
      processes.flatMap((own) => [admitRun(own, admission('m-1')), admitRun(own, admission('m-1'))]),
    );
    expect(new Set(admitted.map(({ run }) => run)).size).toBe(1);
    expect(admitted.filter(({ created }) => created)).toHaveLength(1);
    const { rows } = await api.owner.query("SELECT id FROM run WHERE principal = 'intake:orders'");
    expect(rows).toHaveLength(1);
  });

  it('keeps apart the same id in another source, and of another tenant', async () => {
    const runs = [
      await admitRun(parts, admission('m-2')),
      await admitRun(parts, admission('m-2', { source: 'refunds' })),
      await admitRun(parts, admission('m-2', { tenant: 'globex' })),
    ];
    expect(new Set(runs.map(({ run }) => run)).size).toBe(3);
    expect(await runsOf('m-2')).toBe(3);
  });

  it('leaves nothing of a message that is refused, and does no harm to one that travels with it', async () => {
    const refused = admitRun(parts, admission('m-3', { agent: 'nobody' }));
    const taken = admitRun(parts, admission('m-4'));
    await expect(refused).rejects.toMatchObject({ code: 'unknown_agent' });
    expect(await taken).toMatchObject({ created: true });
    expect(await runsOf('m-3')).toBe(0);
  });

  it('refuses another body under an id that it knows, and says which run has it', async () => {
    const { run } = await admitRun(parts, admission('m-7'));
    await expect(admitRun(parts, admission('m-7', { body: 'Something else' }))).rejects.toMatchObject({
      code: 'message_id_reused',
      retryable: false,
      message: expect.stringContaining(run),
    });
    expect(await admitRun(parts, admission('m-7'))).toEqual({ run, created: false });
  });

  it('keeps a hash of the body that nobody can guess it by, and the correlation id for the reply', async () => {
    for (const tenant of ['acme', 'globex']) {
      const asked = { ...admission('m-8', { tenant }), replyTo: 'results', correlationId: 'call-7' };
      await admitRun(parts, asked);
    }
    const { rows } = await api.owner.query<{ body_hash: Buffer; correlation_id: string }>(
      "SELECT body_hash, correlation_id FROM intake_message WHERE message = 'm-8'",
    );
    expect(rows.map((row) => row.correlation_id)).toEqual(['call-7', 'call-7']);
    const plain = createHash('sha256').update('Hi').digest('hex');
    expect(new Set([plain, ...rows.map((row) => row.body_hash.toString('hex'))]).size).toBe(3);
  });

  it('is behind the tenant’s wall', async () => {
    await admitRun(parts, admission('m-5'));
    const seen = (tenant: string) =>
      inTenant(api.parts.store, tenant, async (client) => {
        const { rows } = await client.query("SELECT run FROM intake_message WHERE message = 'm-5'");
        return rows.length;
      });
    expect(await seen('acme')).toBe(1);
    expect(await seen('globex')).toBe(0);
    const foreign = inTenant(api.parts.store, 'globex', (client) =>
      client.query(
        `INSERT INTO intake_message (tenant, source, message, body_hash, run, last_run)
          VALUES ('acme', 'orders', 'm-6', '', gen_random_uuid(), gen_random_uuid())`,
      ),
    );
    await expect(foreign).rejects.toThrow('row-level security');
  });
});
