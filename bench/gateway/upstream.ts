/**
 * A provider that answers at once: Chat Completions of OpenAI's interface, whole or as a stream of five pieces. A
 * process of its own; prints its port.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const text = 'The line is up and has been so for four days.';
const usage = { prompt_tokens: 24, completion_tokens: 12, total_tokens: 36 };
const head = { id: 'chatcmpl-bench', created: 1_750_000_000, model: 'gpt-5-mini' };

const whole = JSON.stringify({
  ...head,
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
  usage,
});
const chunk = (delta: object, finish: string | null, more: object = {}) =>
  `data: ${JSON.stringify({
    ...head,
    object: 'chat.completion.chunk',
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...more,
  })}\n\n`;
const streamed = [
  chunk({ role: 'assistant', content: '' }, null),
  ...(text.match(/.{1,10}/g)?.map((content) => chunk({ content }, null)) ?? []),
  chunk({}, 'stop'),
  `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices: [], usage })}\n\n`,
  'data: [DONE]\n\n',
].join('');

const server = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    const asksForStream = /"stream":\s*true/.test(Buffer.concat(parts).toString());
    const body = asksForStream ? streamed : whole;
    response.writeHead(200, {
      'content-type': asksForStream ? 'text/event-stream' : 'application/json',
      'content-length': Buffer.byteLength(body),
    });
    response.end(body);
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
