/**
 * Asks a server for JSON, and takes any failure for its absence: refused, too slow, an error, no JSON.
 *
 * @param limit milliseconds for the whole answer
 * @example
 * await probeServer('http://127.0.0.1:11434/api/tags', 300, undefined); // { models: […] } or undefined
 */
export async function probeServer(url: string, limit: number, apiKey: string | undefined): Promise<unknown> {
  try {
    const response = await fetch(url, {
      signal: AbortSignal.timeout(limit),
      redirect: 'error',
      headers: apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` },
    });
    return response.ok ? await response.json() : undefined;
  } catch {
    return undefined;
  }
}
