/** All that a sequence gives. */
export async function collect<Item>(sequence: AsyncIterable<Item>): Promise<Item[]> {
  const items: Item[] = [];
  for await (const item of sequence) items.push(item);
  return items;
}
