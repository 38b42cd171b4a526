import type { AskedOf, Wire } from './wire.ts';

/** Reads calls whose body names the model and whether to stream, and has messages: all but Google's. */
export function chatAt(path: string): Wire['read'] {
  return (asked, { model, stream, messages }): AskedOf | undefined =>
    asked === path
      ? { model: String(model), stream: stream === true, text: lastUserText(messages) }
      : undefined;
}

/** Messages have a role, and content that is a text or a list of parts. */
function lastUserText(messages: unknown): string {
  const users = Array.isArray(messages)
    ? messages.filter((message) => isRecord(message) && message.role === 'user')
    : [];
  const content: unknown = users.at(-1)?.content;
  return typeof content === 'string' ? content : textOfParts(content);
}

/** The texts of a list of parts, joined. */
export function textOfParts(parts: unknown): string {
  if (!Array.isArray(parts)) return '';
  return parts
    .map((part: unknown) => (isRecord(part) && typeof part.text === 'string' ? part.text : ''))
    .join('');
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
