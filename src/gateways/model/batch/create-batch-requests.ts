import type pg from 'pg';
import type { DataKey } from '../../../foundation/vault/index.ts';
import { parseModelName } from '../provider/model-name.ts';
import type { BatchOutcome, BatchRequests, BatchStanding } from './batch-requests.ts';
import { answerContext, requestContext } from './seal-contexts.ts';

type Row = { state: BatchStanding['state']; answer: Buffer | null };

/** The requests of a database. @param parts.dataKey the key of a run */
export function createBatchRequests({
  pool,
  dataKey,
}: {
  pool: pg.Pool;
  dataKey: (tenant: string, run: string) => Promise<DataKey>;
}): BatchRequests {
  return {
    async file({ id, run, tenant, key, model, request, pack }) {
      const sealed = (await dataKey(tenant, run)).seal(
        Buffer.from(JSON.stringify(request)),
        requestContext(tenant, id),
      );
      await pool.query({
        name: 'file-batch-request',
        text: `INSERT INTO model_batch_request
            (id, run, tenant, step_key, provider, model, pack, pack_size, request)
          VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING`,
        values: [
          id,
          run,
          tenant,
          key,
          parseModelName(model).provider,
          model,
          pack?.scope,
          pack?.size,
          sealed,
        ],
      });
    },

    async read({ id: run, tenant }, id) {
      const { rows } = await pool.query<Row>({
        name: 'read-batch-request',
        text: 'SELECT state, answer FROM model_batch_request WHERE id = $1 AND run = $2',
        values: [id, run],
      });
      const [row] = rows;
      if (row === undefined) return undefined;
      const { state, answer } = row;
      if (state !== 'answered' || answer === null) return { state } as BatchStanding;
      const opened = (await dataKey(tenant, run)).open(answer, answerContext(tenant, id));
      return { state, outcome: JSON.parse(opened.toString()) as BatchOutcome };
    },

    async withdraw(id) {
      const { rows } = await pool.query<{ batch: string | null }>({
        name: 'withdraw-batch-request',
        text: `UPDATE model_batch_request SET state = 'withdrawn'
          WHERE id = $1 AND state <> 'answered' RETURNING batch`,
        values: [id],
      });
      return typeof rows[0]?.batch === 'string';
    },
  };
}
