import { type Clock, systemClock } from '../../../contract/clock.ts';
import { BulkheadError } from '../../../contract/errors.ts';
import type { Run, RunEvent } from './answers.ts';
import type { ApiClient } from './api-client.ts';
import { readEventStream, type ServerSentEvent } from './read-event-stream.ts';

/** The server is never silent for longer than 15 s. Milliseconds. */
const SILENCE = 45_000;
/** How long a server may be away before following it ends. Milliseconds. */
const ABSENCE = 60_000;
const PAUSE = 500;

const nothing: AsyncIterable<Uint8Array> = { async *[Symbol.asyncIterator]() {} };

/**
 * The events of a run until it ends, and of those that it goes on as. A connection that breaks is opened again where it broke off, so every
 * entry comes once; text that was spoken meanwhile is missing, and is whole in the entry that follows it.
 *
 * @param options.signal ends the sequence, without an error
 * @throws BulkheadError `unknown_run`, or `server_unreachable` when the server stays away for a minute
 * @example
 * for await (const event of followRun(client, run.id, { signal })) if (event.event === 'end') show(event.run);
 */
export async function* followRun(
  client: ApiClient,
  run: string,
  options: { signal: AbortSignal; clock?: Clock },
): AsyncGenerator<RunEvent, void, undefined> {
  const { signal, clock = systemClock } = options;
  let link = run;
  let lastEventId: string | undefined;
  let heard = clock.now();
  while (!signal.aborted) {
    const broken = new AbortController();
    let goesOn = false;
    let silence = setTimeout(() => broken.abort(), SILENCE);
    try {
      const response = await client.openEvents(link, {
        ...(lastEventId === undefined ? {} : { lastEventId }),
        signal: AbortSignal.any([signal, broken.signal]),
      });
      const events = readEventStream(response.body ?? nothing, () => {
        heard = clock.now();
        clearTimeout(silence);
        silence = setTimeout(() => broken.abort(), SILENCE);
      });
      for await (const received of events) {
        const event = eventOf(received);
        if (event === undefined) continue;
        if (event.event === 'entry') lastEventId = event.id;
        yield event;
        if (event.event === 'end') return;
        if (event.event !== 'continued') continue;
        link = event.run.continuedAs ?? link;
        lastEventId = undefined;
        goesOn = true;
        break;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (BulkheadError.isInstance(error) && !error.retryable) throw error;
      if (clock.now() - heard > ABSENCE) throw error;
    } finally {
      clearTimeout(silence);
      broken.abort();
    }
    if (!goesOn) await clock.sleep(PAUSE, signal).catch(() => undefined);
  }
}

function eventOf({ event, data, id }: ServerSentEvent): RunEvent | undefined {
  if (event === 'entry') return { event, id: id ?? '', entry: JSON.parse(data) };
  if (event === 'delta') return { event, ...JSON.parse(data) };
  if (event !== 'end') return undefined;
  const run: Run = JSON.parse(data);
  return { event: typeof run.continuedAs === 'string' ? 'continued' : 'end', run };
}
