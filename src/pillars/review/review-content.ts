import type { Json } from '../../contract/json.ts';
import type { DataKey } from '../../foundation/vault/index.ts';

type Row = { id: string; tenant: string };

/** Seals what the reviewer reads under the run's key, for one row. */
export function sealContent(key: DataKey, { id, tenant, content }: Row & { content: Json }): Buffer {
  return key.seal(Buffer.from(JSON.stringify(content)), context({ id, tenant }));
}

/** @throws BulkheadError `seal_broken` */
export function openContent(key: DataKey, { id, tenant, content }: Row & { content: Buffer }): Json {
  return JSON.parse(key.open(content, context({ id, tenant })).toString()) as Json;
}

function context({ id, tenant }: Row): string {
  return `${tenant}|review|${id}`;
}
