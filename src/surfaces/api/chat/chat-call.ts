import type { SerializedError } from '../../../contract/errors.ts';
import type { Json } from '../../../contract/json.ts';
import type { ModelRequest, ModelResponse } from '../../../contract/model.ts';
import type { Principal } from '../../../contract/principal.ts';
import type { Lane } from '../../../contract/run.ts';
import type { ChatKey } from './chat-key.ts';

/** One model call that a client asks for: it becomes a run of one step. */
export type ChatRequest = {
  /** Whose models, limits and guards hold. Absent: those of direct calls. */
  agent?: string;
  /** As the client wrote it. */
  model?: string;
  request: ModelRequest;
  session?: string;
  subject?: string;
  lane?: Lane;
  /** What the client is told again of its request, beyond what a model is asked. */
  asked?: Json;
  /** Requests with the same key have one run. Whoever sends one may come back for its answer: to leave cancels nothing. */
  key?: ChatKey;
  /** Fires when the client has gone: the run is cancelled then, where it has no key. */
  signal: AbortSignal;
};

/** What happens to a chat, in order; it ends with `done` or `failed`. */
export type ChatEvent =
  | {
      type: 'started';
      run: string;
      createdAt: number;
      agent: string;
      /** An earlier request with the same key made the run. Its text is told in one piece, at the end. */
      isReplay?: true;
    }
  | { type: 'delta'; text: string }
  /** What was said so far was said by an attempt that was lost; it begins anew. */
  | { type: 'reset' }
  | { type: 'done'; run: string; response: ModelResponse }
  | { type: 'failed'; run: string; error: SerializedError };

/** @throws BulkheadError before `started` when the chat is refused: `unknown_agent`, `unknown_model`, `missing_key`, … */
export type ChatCall = (principal: Principal, chat: ChatRequest) => AsyncIterable<ChatEvent>;
