import type { Run } from '../../api/schemas/run.ts';
import type { DueReply } from './due-replies.ts';

/**
 * The text of a reply: what the run came to. An output that is larger than the broker takes is left out and said
 * to be; GET /v1/runs/{run} has it.
 *
 * @param largest bytes
 */
export function replyBody(
  { run, message }: Pick<DueReply, 'run' | 'message'>,
  { status, outcome, output, error }: Pick<Run, 'status' | 'outcome' | 'output' | 'error'>,
  largest: number,
): string {
  const facts = { run, status, outcome, messageId: message };
  const result = status === 'succeeded' ? { output } : { error };
  const text = JSON.stringify({ ...facts, ...result });
  if (Buffer.byteLength(text) <= largest) return text;
  return JSON.stringify({ ...facts, output: null, outputTooLarge: true });
}
