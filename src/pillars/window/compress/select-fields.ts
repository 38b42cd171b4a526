import type { Json } from '../../../contract/json.ts';

type Fields = Map<string, Fields | true>;

/**
 * The named parts of a JSON value, in the shape in which they stand there. A list on the way is gone through; a list
 * at the top too.
 *
 * @returns undefined when the value has none of them
 * @example
 * selectFields({ id: 1, items: [{ sku: 'A', log: '…' }] }, ['id', 'items.sku']); // { id: 1, items: [{ sku: 'A' }] }
 */
export function selectFields(value: Json, paths: readonly string[]): Json | undefined {
  return select(value, treeOf(paths));
}

function treeOf(paths: readonly string[]): Fields {
  const tree: Fields = new Map();
  for (const path of paths) {
    let level = tree;
    const names = path.split('.');
    for (const [depth, name] of names.entries()) {
      const known = level.get(name);
      // The whole of something holds its parts.
      if (known === true) break;
      if (depth === names.length - 1) level.set(name, true);
      else {
        const below: Fields = known ?? new Map();
        level.set(name, below);
        level = below;
      }
    }
  }
  return tree;
}

function select(value: Json, fields: Fields | true): Json | undefined {
  if (fields === true) return value;
  if (isList(value)) {
    const items = value.map((item) => select(item, fields)).filter((item) => item !== undefined);
    return items.length === 0 && value.length > 0 ? undefined : items;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const members: [string, Json][] = [];
  for (const [name, below] of fields) {
    if (!Object.hasOwn(value, name)) continue;
    const member = select(value[name] ?? null, below);
    if (member !== undefined) members.push([name, member]);
  }
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
