import type { Json } from '../../contract/json.ts';
import type { JsonSchema } from '../../contract/schema.ts';

/** Keywords whose values are data, not schemas. */
const data = new Set(['const', 'enum', 'default', 'examples']);

/**
 * The first reference of a schema to something outside itself. Nothing here ever fetches a schema: a
 * document that someone else can change must not decide what a run accepts.
 *
 * @example
 * remoteReference({ $ref: 'https://example.com/order.json' }); // 'https://example.com/order.json'
 * remoteReference({ $ref: '#/$defs/order' }); // undefined
 */
export function remoteReference(schema: JsonSchema): string | undefined {
  const open: Json[] = [schema];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (typeof node !== 'object' || node === null) continue;
    if (Array.isArray(node)) {
      for (const item of node) open.push(item);
      continue;
    }
    for (const [keyword, value] of Object.entries(node)) {
      const isReference = keyword === '$ref' || keyword === '$dynamicRef' || keyword === '$recursiveRef';
      if (isReference && typeof value === 'string' && !value.startsWith('#')) return value;
      if (!data.has(keyword)) open.push(value);
    }
  }
  return undefined;
}
