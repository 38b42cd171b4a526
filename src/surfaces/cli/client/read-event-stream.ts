/** One server-sent event. */
export type ServerSentEvent = { event: string; data: string; id: string | undefined };

/**
 * Reads server-sent events (WHATWG HTML, 9.2.6; lines end in `\n` or `\r\n`). Comments are swallowed; an event
 * that the stream's end cuts off is dropped, as the standard says.
 *
 * @param onActivity called whenever anything at all arrives, comments included
 * @example
 * for await (const { event, data } of readEventStream(response.body)) console.log(event, data);
 */
export async function* readEventStream(
  body: AsyncIterable<Uint8Array>,
  onActivity: () => void = () => undefined,
): AsyncGenerator<ServerSentEvent, void, undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of body) {
    onActivity();
    text += decoder.decode(piece, { stream: true });
    const blocks = text.split(/\r?\n\r?\n/);
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = parseBlock(block);
      if (event !== undefined) yield event;
    }
  }
}

function parseBlock(block: string): ServerSentEvent | undefined {
  const fields = new Map<string, string[]>();
  for (const line of block.split(/\r?\n/)) {
    const [, name, value = ''] = /^([^:]+)(?:: ?(.*))?$/.exec(line) ?? [];
    if (name !== undefined) fields.set(name, [...(fields.get(name) ?? []), value]);
  }
  const data = fields.get('data')?.join('\n');
  if (data === undefined) return undefined;
  return { event: fields.get('event')?.at(-1) ?? 'message', data, id: fields.get('id')?.at(-1) };
}
