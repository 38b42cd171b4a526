import { APICallError } from '@ai-sdk/provider';
import { toProviderError } from '../to-provider-error.ts';

/** 2 min for one request: files of a thousand calls are a few megabytes. */
const TIMEOUT = 120_000;

/** Where a provider's batch interface is, and what opens it. */
export type BatchConnection = {
  baseURL: string;
  headers: Readonly<Record<string, string>>;
  fetch: typeof globalThis.fetch;
  /** `'provider/model'`, for messages. */
  name: string;
};

/**
 * Asks the batch interface.
 *
 * @param path behind the base URL
 * @throws BulkheadError of {@link toProviderError}
 */
export async function askForText(
  { baseURL, headers, fetch, name }: BatchConnection,
  path: string,
  init: {
    method?: 'POST';
    body?: string | Uint8Array<ArrayBuffer>;
    headers?: Readonly<Record<string, string>>;
  } = {},
): Promise<string> {
  const url = `${baseURL}${path}`;
  try {
    const response = await fetch(url, {
      method: init.method ?? 'GET',
      headers: {
        ...headers,
        ...(typeof init.body === 'string' ? { 'content-type': 'application/json' } : {}),
        ...init.headers,
      },
      ...(init.body === undefined ? {} : { body: init.body }),
      signal: AbortSignal.timeout(TIMEOUT),
    });
    const text = await response.text();
    if (response.ok) return text;
    throw new APICallError({
      message: `It answered ${response.status}.`,
      url,
      requestBodyValues: {},
      statusCode: response.status,
      responseHeaders: Object.fromEntries(response.headers),
      responseBody: text,
    });
  } catch (error) {
    throw toProviderError(error, { model: name });
  }
}

/** The lines of a JSONL text that are JSON. */
export function parseLines(text: string): unknown[] {
  return text.split('\n').flatMap((line) => {
    if (line.trim() === '') return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      return [];
    }
  });
}
