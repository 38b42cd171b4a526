import { hash } from 'node:crypto';
import { BulkheadError } from '../../contract/errors.ts';
import { canonicalJson } from '../../contract/json.ts';
import type { BundleManifest } from '../../contract/manifest.ts';
import type { CodeHost } from '../code/code-host.ts';
import { type ChatInput, requestOf } from './chat-input.ts';

/** The one step of a chat. */
const CHAT_STEP = 'model#1';

/**
 * Runs chats: each asks a model once, with the request that is its input, and ends with the answer. There is no
 * author's code in that, so it needs no process of its own. Tools that a chat offers are its client's.
 */
export function createChatHost(manifest: BundleManifest): CodeHost {
  return {
    manifest,
    start({ input, recorded }, listener) {
      let over = false;
      const request = requestOf(input as unknown as ChatInput);
      const requestHash = hash('sha256', canonicalJson(request), 'base64url');
      const known = recorded.find(({ key }) => key === CHAT_STEP)?.settled;
      // As any other code it is heard when its start has returned.
      queueMicrotask(() => {
        if (over) return;
        if (known !== undefined) return listener.finished(known);
        listener.step(CHAT_STEP, requestHash, { operation: 'model', request });
        listener.idle();
      });
      return {
        settle: (_, settled) => queueMicrotask(() => over || listener.finished(settled)),
        abandon() {
          over = true;
        },
      };
    },
    parse: noTools,
    approval: noTools,
    invoke: noTools,
    verify: noCode,
    watch: () => () => {},
  };
}

async function noCode(): Promise<never> {
  throw new BulkheadError({
    code: 'code_failed',
    message: 'A chat has no code of an author that could be asked.',
  });
}

async function noTools(): Promise<never> {
  throw new BulkheadError({ code: 'unknown_tool', message: 'A chat calls no tools; its client does.' });
}
