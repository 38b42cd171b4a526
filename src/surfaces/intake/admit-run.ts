import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { Doorbell } from '../../contract/doorbell.ts';
import { BulkheadError } from '../../contract/errors.ts';
import type { Principal } from '../../contract/principal.ts';
import type { Stream } from '../../foundation/journal/index.ts';
import type { InTransaction } from '../api/runs/shared-transactions.ts';
import { type SubmitParts, submitRun } from '../api/runs/submit-run.ts';
import type { RunSubmission } from '../api/schemas/run-submission.ts';

const UNIQUE_VIOLATION = '23505';

export type AdmissionParts = SubmitParts & {
  doorbell: Doorbell;
  /** A transaction of the tenant's that others may share. */
  together: InTransaction;
  /** Brings the tenant's key into the key ring, which must not look for it inside a transaction. */
  tenantStream: (tenant: string) => Promise<Pick<Stream, 'key'>>;
};

/** A submission, and the message that it came in. */
export type Admission = {
  source: string;
  message: string;
  /** As it came. */
  body: Buffer;
  principal: Principal;
  submission: RunSubmission;
  replyTo: string | undefined;
  correlationId?: string | undefined;
};

/**
 * Makes the run of a message, once: the run and what is known of the message are one commit, and the same
 * message again finds that run.
 *
 * @returns the run's id; `created` is false for a message that came again
 * @throws BulkheadError whatever POST /v1/runs would answer, and `message_id_reused` for another body
 */
export async function admitRun(
  parts: AdmissionParts,
  admission: Admission,
): Promise<{ run: string; created: boolean }> {
  const { tenant } = admission.principal;
  const { key } = await parts.tenantStream(tenant);
  // A body can be guessed: without the tenant's key its hash tells nothing.
  const guessable = createHash('sha256').update(admission.body).digest('hex');
  const bodyHash = Buffer.from(key.keyedHash(guessable), 'hex');
  const admit = () => parts.together(tenant, (client) => admitIn(client, parts, admission, bodyHash));
  const admitted = await admit().catch((error: { code?: unknown }) => {
    // The same message was taken elsewhere in the same moment; now it can be found.
    if (error.code === UNIQUE_VIOLATION) return admit();
    throw error;
  });
  if (admitted.created) parts.doorbell.ring();
  return admitted;
}

async function admitIn(
  client: pg.PoolClient,
  parts: AdmissionParts,
  { source, message, principal, submission, replyTo, correlationId }: Admission,
  bodyHash: Buffer,
): Promise<{ run: string; created: boolean }> {
  const { tenant } = principal;
  const { rows } = await client.query<{ run: string; body_hash: Buffer }>({
    name: 'intake-find',
    text: 'SELECT run, body_hash FROM intake_message WHERE tenant = $1 AND source = $2 AND message = $3',
    values: [tenant, source, message],
  });
  const known = rows[0];
  if (known !== undefined) {
    if (!known.body_hash.equals(bodyHash)) throw idReused(known.run);
    return { run: known.run, created: false };
  }
  const { id } = await submitRun(client, parts, principal, submission);
  await client.query({
    name: 'intake-keep',
    text: `INSERT INTO intake_message (tenant, source, message, run, last_run, body_hash, correlation_id, reply_to, reply)
      VALUES ($1, $2, $3, $4, $4, $6, $7, $5, CASE WHEN $5::text IS NOT NULL THEN 'pending' END)`,
    values: [tenant, source, message, id, replyTo ?? null, bodyHash, correlationId ?? null],
  });
  return { run: id, created: true };
}

function idReused(run: string): BulkheadError {
  return new BulkheadError({
    code: 'message_id_reused',
    message: `Another message of this id, with another body, has become run ${run} already. Send this one again under an id of its own.`,
    status: 409,
  });
}
