import type { Json } from '../../contract/json.ts';
import type { ModelRequest } from '../../contract/model.ts';

/** What a chat's run is made from: what a model is asked, and beside it what only its client is told again. */
export type ChatInput = ModelRequest & { asked?: Json };

/**
 * What a model is asked.
 *
 * @example
 * requestOf({ prompt, asked: { metadata: { ticket: '7' } } }); // { prompt }
 */
export function requestOf({ asked: _, ...request }: ChatInput): ModelRequest {
  return request;
}
