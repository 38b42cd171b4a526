import type { DataKeyOf } from '../runs/data-key-on.ts';

/** An answer to keep: its status, and its body, which is JSON. */
export type Answer<Body, Status extends number> = {
  status: Status;
  body: Body;
  /** The run whose content it shows. It is kept sealed under that run's key, so that erasing the run erases it too. */
  run?: string;
};

type Stored = { run: string; sealed: string } | { body: unknown };

/** The form in which an answer is kept. */
export async function storeAnswer(
  dataKeyOf: DataKeyOf,
  tenant: string,
  key: string,
  { run, body }: Answer<unknown, number>,
): Promise<string> {
  if (run === undefined) return JSON.stringify({ body } satisfies Stored);
  const dataKey = await dataKeyOf(tenant, run);
  const sealed = dataKey.seal(Buffer.from(JSON.stringify(body)), sealContext(tenant, key));
  return JSON.stringify({ run, sealed: sealed.toString('base64') } satisfies Stored);
}

/** The inverse of {@link storeAnswer}. @throws BulkheadError `key_destroyed` when the run was erased */
export async function openAnswer<Body, Status extends number>(
  dataKeyOf: DataKeyOf,
  tenant: string,
  key: string,
  { status, response }: { status: number; response: string },
): Promise<Answer<Body, Status>> {
  const stored = JSON.parse(response) as Stored;
  // The request's hash names the route, so that what was kept is an answer of this one.
  if ('body' in stored) return { status: status as Status, body: stored.body as Body };
  const dataKey = await dataKeyOf(tenant, stored.run);
  const text = dataKey.open(Buffer.from(stored.sealed, 'base64'), sealContext(tenant, key)).toString();
  return { status: status as Status, body: JSON.parse(text) as Body, run: stored.run };
}

const sealContext = (tenant: string, key: string) => `${tenant}|idempotency_key|${key}`;
