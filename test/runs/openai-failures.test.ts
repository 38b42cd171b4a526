import OpenAI, {
  APIError,
  APIUserAbortError,
  AuthenticationError,
  BadRequestError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
} from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../world/start-world.ts';

const PROJECT = `
import { agent, workflow } from 'bulkhead';

const instructions = 'Help.';

export const support = agent({
  name: 'support',
  instructions,
  model: ['openai/gpt-5-mini', 'anthropic/claude-haiku-4-5'],
});
export const thrifty = agent({ name: 'thrifty', instructions, model: 'openai/gpt-5-mini', budget: { usd: 0.000001 } });
export const narrow = agent({ name: 'narrow', instructions, model: 'openai/gpt-5-mini', window: { tokens: 2_000 } });
export const echo = workflow({ name: 'echo', inputSchema: { type: 'string' }, run: async (input) => input });
`;

let world: World;
let openai: OpenAI;
beforeAll(async () => {
  world = await startWorld();
  await world.deploy(PROJECT);
  const { url, key } = world.client;
  openai = new OpenAI({ apiKey: key, baseURL: `${url}/v1`, maxRetries: 0 });
});
afterAll(() => world?.stop());

const model = 'openai/gpt-5-mini';
const hello = [{ role: 'user' as const, content: 'Is my line up?' }];
/** A conversation that is too long for a window of 2,000 tokens. */
const long = [
  { role: 'user' as const, content: `Said first. ${'word '.repeat(1_000)}` },
  { role: 'assistant' as const, content: 'word '.repeat(1_000) },
  ...hello,
];
const as = (agent: string) => ({ headers: { 'X-Bulkhead-Agent': agent } });

describe('what goes wrong is an error of the class that the client has for it', () => {
  const failure = (asking: PromiseLike<unknown>) =>
    asking.then(
      () => 'no failure',
      (error: unknown) => error,
    );

  it('before a model is asked', async () => {
    const stranger = new OpenAI({ apiKey: 'bh_none_none', baseURL: openai.baseURL, maxRetries: 0 });
    expect(await failure(stranger.models.list())).toBeInstanceOf(AuthenticationError);
    const { id: workflowRun } = await world.client.run('echo', 'hi');
    const before = world.openai.requests.length;
    const chat = openai.chat.completions;
    const cases: [() => PromiseLike<unknown>, unknown, object][] = [
      [() => chat.create({ model, messages: hello, n: 2 }), BadRequestError, { param: 'n' }],
      [
        () => chat.create({ model: 'nowhere/gpt-9', messages: hello }),
        NotFoundError,
        { code: 'model_not_found' },
      ],
      [
        () => chat.create({ model: 'auto', messages: hello }, as('suport')),
        NotFoundError,
        { code: 'unknown_agent' },
      ],
      [() => chat.create({ model: 'echo', messages: hello }), NotFoundError, { code: 'unknown_agent' }],
      [
        () => chat.create({ model: 'auto', messages: hello }, as('echo')),
        NotFoundError,
        { code: 'unknown_agent' },
      ],
      [
        () => chat.create({ model: 'gpt-9', messages: hello }, as('support')),
        PermissionDeniedError,
        { code: 'model_not_allowed' },
      ],
      [
        () => chat.create({ model: 'thrifty', messages: hello }),
        RateLimitError,
        { code: 'insufficient_quota' },
      ],
      [
        // No more than an agent's usual budget, which nobody has raised.
        () => chat.create({ model, messages: [{ role: 'user', content: 'word '.repeat(101_000) }] }),
        BadRequestError,
        {
          code: 'context_length_exceeded',
          message: expect.stringMatching(
            /a whole run of "direct" may spend 100000 tokens .*ask an agent whose definition has a higher budget\.tokens/,
          ),
        },
      ],
      [
        // Nothing of it is left out unseen.
        () => chat.create({ model: 'narrow', messages: long }),
        BadRequestError,
        { code: 'context_length_exceeded' },
      ],
      [
        () => openai.responses.create({ model: 'narrow', input: long }),
        BadRequestError,
        { code: 'context_length_exceeded' },
      ],
      ...['resp_1', 'resp_01989e3c-0000-7000-8000-000000000001', `resp_${workflowRun}`].map(
        (id): (typeof cases)[number] => [
          () => openai.responses.create({ model, input: 'Go on.', previous_response_id: id }),
          BadRequestError,
          { param: 'previous_response_id', code: 'previous_response_not_found' },
        ],
      ),
    ];
    for (const [asking, type, fields] of cases) {
      const error = await failure(asking());
      expect(error).toBeInstanceOf(type);
      expect(error).toMatchObject(fields);
    }
    expect(world.openai.requests.length).toBe(before);
  });

  it('unless it lets the oldest of a conversation be left out', async () => {
    world.openai.reply({ text: 'It is up.' });
    const response = await openai.responses.create({ model: 'narrow', input: long, truncation: 'auto' });
    expect(response).toMatchObject({ output_text: 'It is up.', truncation: 'auto' });
    const sent = JSON.stringify(world.openai.requests.at(-1)?.body);
    expect(sent).toContain('Is my line up?');
    expect(sent).not.toContain('Said first.');
    expect(await openai.responses.retrieve(response.id)).toMatchObject({ truncation: 'auto' });
  });

  it('when the provider refuses what the client asked', async () => {
    world.openai.fault('refused', { status: 400, code: 'context_length_exceeded', message: 'Too long.' });
    const error = await failure(openai.chat.completions.create({ model, messages: hello }));
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ code: 'context_length_exceeded' });
  });

  it('when no model can answer: at once, for somebody waits', async () => {
    const cases = [
      { asked: model, headers: {}, providers: [world.openai] },
      { asked: 'auto', ...as('support'), providers: [world.openai, world.anthropic] },
    ];
    for (const { asked, headers, providers } of cases) {
      for (const provider of providers) provider.fault('rate_limited', { retryAfterMs: 1, times: 3 });
      const chat = openai.chat.completions.create({ model: asked, messages: hello }, { headers });
      const error = await failure(chat);
      expect(error).toBeInstanceOf(RateLimitError);
      expect(error).toMatchObject({ code: 'rate_limit_exceeded' });
      // What the provider asked for, in whole seconds.
      expect((error as RateLimitError).headers.get('retry-after')).toBe('1');
    }
  });

  it.each(['chat', 'responses'])('when a stream breaks off: %s', async (api) => {
    world.openai.reply({ text: 'It is certainly up.' });
    world.openai.fault('cut_stream', { afterChunks: 2, clean: true });
    const read = async (): Promise<unknown> => {
      if (api === 'chat') {
        const stream = await openai.chat.completions.create(
          { model, messages: hello, stream: true },
          as('support'),
        );
        for await (const { choices } of stream) expect(choices[0]?.finish_reason).toBeNull();
        return 'a clean end';
      }
      const stream = await openai.responses.create({ model, input: 'Up?', stream: true }, as('support'));
      let last: unknown;
      for await (const event of stream) last = event;
      return last;
    };
    if (api === 'chat') {
      const error = await failure(read());
      expect(error).toBeInstanceOf(APIError);
      expect(error).toMatchObject({ code: 'provider_stream_cut' });
    } else {
      expect(await read()).toMatchObject({
        type: 'response.failed',
        response: { status: 'failed', error: { type: 'provider_stream_cut' } },
      });
    }
    // The reply that was not heard to its end.
    await openai.chat.completions.create({ model, messages: hello });
  });

  it('and a client that leaves takes its run with it, whether it streams or waits', async () => {
    world.openai.answer(() => ({ chunks: Array.from({ length: 1_000 }, (_, index) => `${index} `) }));
    world.openai.fault('slow', { delay: 50 });
    // Who does not stream is answered in one piece.
    world.openai.fault('hang');
    const headers = { 'X-Bulkhead-Session': 'leaving' };
    const stream = await openai.chat.completions.create(
      { model, messages: hello, stream: true },
      { headers },
    );
    for await (const chunk of stream) if (chunk.choices[0]?.delta.content !== '') break;

    const asked = world.openai.requests.length;
    const leaving = new AbortController();
    const waiting = failure(
      openai.responses.create({ model, input: 'Up?' }, { headers, signal: leaving.signal }),
    );
    await expect.poll(() => world.openai.requests.length).toBe(asked + 1);
    leaving.abort();
    expect(await waiting).toBeInstanceOf(APIUserAbortError);

    const { body } = await world.client.send<{ runs: { id: string }[] }>('GET', '/v1/runs?session=leaving');
    expect(body.runs).toHaveLength(2);
    for (const { id } of body.runs) {
      expect(await world.client.until(id)).toMatchObject({ status: 'cancelled' });
    }
    await expect
      .poll(() => world.openai.requests.slice(-2).map(({ aborted }) => aborted))
      .toEqual([true, true]);
  });
});
