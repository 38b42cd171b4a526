import { Webhook } from 'standardwebhooks';
import { type Dispatcher, request } from 'undici';

/** Milliseconds for one attempt, from the connection to the answer's status. */
export const ATTEMPT_TIMEOUT = 10_000;
const ANSWER_READ = 64 * 1024;

/** How the receiver took a message. */
export type SendResult = { kind: 'delivered' } | { kind: 'gone' } | { kind: 'failed'; reason: string };

/**
 * Sends one signed message. Redirects are answers that are not a success: they could lead anywhere.
 *
 * @param message.secret `whsec_…`
 * @param message.at milliseconds since the epoch: signed, so that an old message cannot be replayed
 * @param timeout milliseconds
 */
export async function sendWebhook(
  dispatcher: Dispatcher,
  message: { id: string; url: URL; body: string; secret: string; at: number },
  timeout: number = ATTEMPT_TIMEOUT,
): Promise<SendResult> {
  const at = new Date(message.at);
  const signal = AbortSignal.timeout(timeout);
  try {
    const { statusCode, body } = await request(message.url, {
      dispatcher,
      method: 'POST',
      signal,
      body: message.body,
      headers: {
        'content-type': 'application/json',
        'user-agent': 'Bulkhead-Webhooks/1',
        'webhook-id': message.id,
        'webhook-timestamp': String(Math.floor(message.at / 1_000)),
        'webhook-signature': new Webhook(message.secret).sign(message.id, at, message.body),
      },
    });
    // The status decides; the rest of the answer is let go, whatever it is.
    await body.dump({ limit: ANSWER_READ, signal }).catch(() => {});
    if (statusCode >= 200 && statusCode < 300) return { kind: 'delivered' };
    return statusCode === 410
      ? { kind: 'gone' }
      : { kind: 'failed', reason: `The receiver answered ${statusCode}.` };
  } catch (error) {
    if (signal.aborted) return { kind: 'failed', reason: `No answer within ${timeout / 1_000} s.` };
    return { kind: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}
