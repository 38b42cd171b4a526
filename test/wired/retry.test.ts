import { expect } from 'vitest';
import { REFUNDS } from './projects.ts';
import { wired } from './wired.ts';

wired({
  gateway: 'tool',
  control: 'retry',
  holds: 'a read whose connection broke is tried again, and the model never hears of it',
  async scenario({ client, deploy, openai, service }) {
    await deploy(REFUNDS);
    service.fault('drop_before', { name: 'look-up' });
    openai.reply({ toolCalls: [{ name: 'lookUp', input: { order: 'A-1' } }] });
    openai.reply({ text: 'It is on its way.' });
    const run = await client.run('support', 'Where is A-1?');
    expect(run.status).toBe('succeeded');
    expect(await client.journal(run.id)).toContainEqual(
      expect.objectContaining({ kind: 'tool.completed', tool: 'lookUp', outcome: 'ok' }),
    );
    expect(service.calls).toHaveLength(2);
    expect(service.calls[0]?.key).toBe(service.calls[1]?.key);
  },
});

wired({
  gateway: 'model',
  control: 'retry',
  holds: 'a provider that is overloaded for a moment costs no run',
  async scenario({ client, deploy, openai }) {
    await deploy(REFUNDS);
    openai.fault('rate_limited', { retryAfterMs: 50 });
    openai.fault('server_error');
    openai.reply({ text: 'Hello.' });
    const run = await client.run('support', 'Hello?');
    expect(run).toMatchObject({ status: 'succeeded', output: 'Hello.' });
    expect(openai.requests).toHaveLength(3);
  },
});
