import { expect, vi } from 'vitest';
import { REFUNDS } from './projects.ts';
import { wired } from './wired.ts';

wired({
  gateway: 'tool',
  control: 'batch',
  holds:
    'calls that were made together wait for each other, but not for one that was refused after they came',
  async scenario({ client, deploy, openai, service }) {
    await deploy(REFUNDS);
    openai.reply({
      toolCalls: [
        { name: 'refund', input: { order: 'A-1', usd: 5 } },
        { name: 'charge', input: { usd: 2_000 } },
      ],
    });
    openai.reply({ text: 'One of two.' });
    const run = await client.submit('support', 'Refund A-1 and charge 2,000 dollars.');
    await vi.waitFor(async () => expect((await client.show(run)).status).toBe('succeeded'), {
      timeout: 5_000,
    });
    expect(service.effects).toMatchObject([{ input: { order: 'A-1', usd: 5 } }]);
  },
});
