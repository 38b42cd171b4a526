import { expect, vi } from 'vitest';
import { wired } from './wired.ts';

const MODEL = 'openai/gpt-5-mini';
const SUPPORT = `
import { agent } from 'bulkhead';

export const support = agent({
  name: 'support',
  instructions: 'Help with orders.',
  model: '${MODEL}',
  onOutage: 'fail',
});
`;

wired({
  gateway: 'model',
  control: 'breaker',
  holds: 'a provider that fails is asked five times, and then no more; operators see that it is down',
  async scenario({ client, deploy, openai }) {
    await deploy(SUPPORT);
    openai.answer(() => ({ text: 'Hello.' }));
    openai.fault('server_error', { times: 100 });
    const codes: (string | undefined)[] = [];
    for (const question of ['Hello?', 'Anybody?', 'Nobody?']) {
      codes.push((await client.run('support', question)).error?.code);
    }
    // On a machine that is slow one call has found out meanwhile that it is still down.
    expect(openai.requests.length).toBeLessThanOrEqual(6);
    expect(codes).toEqual(['provider_unavailable', 'provider_circuit_open', 'provider_circuit_open']);
    await vi.waitFor(
      async () =>
        expect((await client.send('GET', '/v1/providers')).body).toMatchObject({
          providers: [{ name: MODEL, lastError: 'provider_unavailable' }],
        }),
      { timeout: 10_000 },
    );
  },
});
