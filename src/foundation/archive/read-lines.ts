const LINE_FEED = 10;

/**
 * Splits bytes into lines, without their line feed. What stands after the last line feed is a line too.
 *
 * @example
 * for await (const line of readLines(createReadStream('day.jsonl'))) console.log(line.toString());
 */
export async function* readLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let open: Buffer[] = [];
  for await (const chunk of bytes) {
    let start = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, start)) {
      const part = chunk.subarray(start, end);
      yield open.length === 0 ? part : Buffer.concat([...open, part]);
      open = [];
      start = end + 1;
    }
    if (start < chunk.length) open.push(chunk.subarray(start));
  }
  if (open.length > 0) yield Buffer.concat(open);
}
