import { expect } from 'vitest';
import { readEventStream } from '../../src/surfaces/cli/client/read-event-stream.ts';
import { keyOf } from '../runs/key-of.ts';
import type { World } from '../world/start-world.ts';
import { wired } from './wired.ts';

const SMALL = 'openai/gpt-5-mini';
const LARGE = 'anthropic/claude-haiku-4-5';

/** Asks the small tier first, whatever the order in which they are written. */
const TIERED = `
import { agent } from 'bulkhead';

export const support = agent({
  name: 'support',
  instructions: 'Help with orders.',
  model: { large: '${LARGE}', small: '${SMALL}' },
  onOutage: 'fail',
});
`;

/** What a reader of a run's events is told, entries by their kind. */
async function eventsOf(world: World, run: string): Promise<{ event: string; code: unknown }[]> {
  const response = await fetch(`${world.client.url}/v1/runs/${run}/events`, {
    headers: { authorization: `Bearer ${await keyOf(world)}`, accept: 'text/event-stream' },
  });
  if (response.body === null) throw new Error('The answer has no body.');
  const events: { event: string; code: unknown }[] = [];
  for await (const { event, data } of readEventStream(response.body)) {
    const { kind, code, error } = JSON.parse(data);
    events.push({ event: event === 'entry' ? kind : event, code: code ?? error?.code });
  }
  return events;
}

wired({
  gateway: 'model',
  control: 'fallback',
  holds: 'the next model answers when one cannot; an answer of which part was shown ends in an error',
  async scenario(world) {
    const { client, deploy, openai, anthropic } = world;
    await deploy(TIERED);
    anthropic.answer(() => ({ text: 'It left yesterday.' }));
    openai.answer(() => ({ chunks: ['It left ', 'a week ', 'ago.'] }));

    openai.fault('cut_stream', { afterChunks: 2 });
    const cut = await client.run('support', 'Where is A-1?');
    expect(cut).toMatchObject({ status: 'failed', error: { code: 'provider_stream_cut' } });
    expect(anthropic.requests, 'nobody else is asked to say it again').toEqual([]);
    const told = (await eventsOf(world, cut.id)).filter(({ code }) => code !== undefined);
    expect(told).toMatchObject([
      { event: 'model.attempted', code: 'provider_stream_cut' },
      { event: 'model.completed', code: 'provider_stream_cut' },
      { event: 'run.failed', code: 'provider_stream_cut' },
      { event: 'end', code: 'provider_stream_cut' },
    ]);

    openai.fault('server_error', { times: 3 });
    const overloaded = await client.run('support', 'Where is A-2?');
    expect(overloaded).toMatchObject({ status: 'succeeded', output: 'It left yesterday.' });
    const journal = await client.journal(overloaded.id);
    expect(journal.filter(({ kind }) => kind === 'model.attempted')).toMatchObject(
      [1, 2, 3].map((attempt) => ({ attempt, model: SMALL, code: 'provider_unavailable' })),
    );
    expect(journal).toContainEqual(
      expect.objectContaining({ kind: 'model.completed', outcome: 'ok', model: LARGE }),
    );

    openai.fault('cut_stream', { afterChunks: 0, times: 3 });
    expect(await client.run('support', 'Where is A-3?')).toMatchObject({
      status: 'succeeded',
      output: 'It left yesterday.',
    });
  },
});
