import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { BulkheadError, serializeError } from '../../../contract/errors.ts';
import type { ModelRequest } from '../../../contract/model.ts';
import { fileMessage, openInbox } from '../../../foundation/queue/index.ts';
import type { DataKey } from '../../../foundation/vault/index.ts';
import { batchLost, givenUp } from './batch-failures.ts';
import type { BatchAnswer, BatchedRequest, BatchWork, HeldBatch } from './batch-work.ts';
import { collectBatch } from './collect-batch.ts';
import { answerContext, requestContext } from './seal-contexts.ts';
import { transaction } from './transaction.ts';

export type BatchWorkParts = {
  /** In the worker's role. */
  pool: pg.Pool;
  /** The key of a run. */
  dataKey: (tenant: string, run: string) => Promise<DataKey>;
  /** Tells the owner of a run that something was filed for it. */
  ring: (run: string) => void;
};

type HeldRow = Omit<HeldBatch, 'age' | 'madeAt' | 'handedOverAt'> & {
  age: string;
  madeAt: Date;
  handedOverAt: Date | null;
};
type RequestRow = Omit<BatchedRequest, 'request'> & { request: Buffer };

const HOLD = `UPDATE model_batch SET next_at = now() + $1 * interval '1 ms', attempts = attempts + 1
  WHERE id IN (
    SELECT id FROM model_batch WHERE state <> 'ended' AND next_at <= now()
    ORDER BY next_at LIMIT $2 FOR UPDATE SKIP LOCKED
  )
  RETURNING id, provider, model, provider_id AS "providerId", calls, attempts, made_at AS "madeAt", submitted_at AS "handedOverAt",
    extract(epoch FROM now() - made_at) * 1000 AS age`;

// A run that has ended or is being cancelled hears of no answer.
const WAITED_FOR = `FROM model_batch_request r JOIN run ON run.id = r.run
  WHERE r.batch = $1 AND r.state = 'submitted' AND run.ready_lane >= 0
    AND run.status NOT IN ('succeeded', 'failed', 'cancelled')`;
const REQUESTS = `SELECT r.id, r.run, r.tenant, r.step_key AS key, r.number, r.place, r.request
  ${WAITED_FOR} ORDER BY r.number, r.place`;

/** The batch sender's side of a database. */
export function createBatchWork({ pool, dataKey, ring }: BatchWorkParts): BatchWork {
  const opened = async ({ request, ...row }: RequestRow, model: string): Promise<BatchedRequest[]> => {
    try {
      const key = await dataKey(row.tenant, row.run);
      try {
        const text = key.open(request, requestContext(row.tenant, row.id)).toString();
        return [{ ...row, request: JSON.parse(text) as ModelRequest }];
      } catch {
        const unreadable = { ...row, request: { prompt: [] } };
        await answer([{ request: unreadable, outcome: { error: serializeError(givenUp(model)) } }]);
        return [];
      }
    } catch (error) {
      // Its subject was erased.
      if (BulkheadError.isInstance(error) && error.code === 'key_destroyed') return [];
      throw error;
    }
  };

  const seal = async ({ request, outcome }: BatchAnswer) => {
    const { id, run, tenant } = request;
    const key = await dataKey(tenant, run);
    return { request, answer: key.seal(Buffer.from(JSON.stringify(outcome)), answerContext(tenant, id)) };
  };

  const answer: BatchWork['answer'] = async (answers) => {
    const sealed = await Promise.all(answers.map(seal));
    const told = await transaction(pool, async (client) => {
      const runs: string[] = [];
      for (const { request, answer } of inOrder(sealed))
        if (await keepAnswer(client, request, answer)) runs.push(request.run);
      return runs;
    });
    for (const run of told) ring(run);
  };

  return {
    answer,

    async collect(provider, size) {
      return transaction(pool, (client) => collectBatch(client, randomUUID(), provider, size));
    },

    async hold(lease, limit) {
      const { rows } = await pool.query<HeldRow>({
        name: 'hold-batches',
        text: HOLD,
        values: [lease, limit],
      });
      return rows.map(({ age, madeAt, handedOverAt, ...row }) => ({
        ...row,
        age: Number(age),
        madeAt: madeAt.getTime(),
        handedOverAt: handedOverAt?.getTime() ?? null,
      }));
    },

    async requestsOf({ id, model }) {
      const { rows } = await pool.query<RequestRow>({
        name: 'batched-requests',
        text: REQUESTS,
        values: [id],
      });
      return (await Promise.all(rows.map((row) => opened(row, model)))).flat();
    },

    async isWaitedFor({ id }) {
      const { rows } = await pool.query<{ waits: boolean }>({
        name: 'batch-is-waited-for',
        text: `SELECT EXISTS (SELECT ${WAITED_FOR}) AS waits`,
        values: [id],
      });
      return rows[0]?.waits === true;
    },

    async handingOver({ id, attempts }, calls) {
      const { rowCount } = await pool.query({
        name: 'batch-handing-over',
        text: `UPDATE model_batch SET submitted_at = now(), calls = $3
          WHERE id = $1 AND attempts = $2 AND state = 'submitting'`,
        values: [id, attempts, calls],
      });
      if (rowCount !== 1) throw batchLost(id);
    },

    async othersThan({ id, provider }) {
      const { rows } = await pool.query<{ provider_id: string }>({
        name: 'other-batches',
        text: 'SELECT provider_id FROM model_batch WHERE provider = $1 AND id <> $2 AND provider_id IS NOT NULL',
        values: [provider, id],
      });
      return new Set(rows.map((row) => row.provider_id));
    },

    async submitted({ id }, providerId, nextIn) {
      await pool.query({
        name: 'batch-submitted',
        text: `UPDATE model_batch SET state = 'submitted', provider_id = $2, submitted_at = now(), last_error = NULL,
            next_at = now() + $3 * interval '1 ms'
          WHERE id = $1 AND state = 'submitting'`,
        values: [id, providerId, nextIn],
      });
    },

    async later({ id, attempts }, nextIn, reason) {
      await pool.query({
        name: 'batch-later',
        text: `UPDATE model_batch SET next_at = now() + $3 * interval '1 ms', last_error = $4
          WHERE id = $1 AND attempts = $2 AND state <> 'ended'`,
        values: [id, attempts, nextIn, reason ?? null],
      });
    },

    async end({ id }) {
      await pool.query({
        name: 'end-batch',
        text: `UPDATE model_batch SET state = 'ended' WHERE id = $1`,
        values: [id],
      });
    },
  };
}

type SealedAnswer = { request: BatchedRequest; answer: Buffer };

/** Whoever locks several runs does it in one order. */
function inOrder(answers: readonly SealedAnswer[]): SealedAnswer[] {
  return answers.toSorted((a, b) => (a.request.run < b.request.run ? -1 : 1));
}

/** @returns whether the run's owner has to be told */
async function keepAnswer(
  client: pg.PoolClient,
  { id, run, tenant, key }: BatchedRequest,
  answer: Buffer,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `UPDATE model_batch_request SET state = 'answered', answer = $2, request = ''
     WHERE id = $1 AND state = 'submitted'`,
    [id, answer],
  );
  if (rowCount !== 1) return false;
  const { status, number } = await openInbox(client, run);
  if (status !== 'filed') return false;
  const meta = { key, request: id };
  await fileMessage(client, tenant, { run, number, kind: 'batch', meta, body: null });
  return true;
}
