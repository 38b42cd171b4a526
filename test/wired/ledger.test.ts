import { expect } from 'vitest';
import { REFUNDS } from './projects.ts';
import { wired } from './wired.ts';

wired({
  gateway: 'tool',
  control: 'ledger',
  holds: 'a write whose answer was lost is not repeated; a person says what happened',
  async scenario({ client, deploy, openai, service }) {
    await deploy(REFUNDS);
    service.fault('drop_after', { name: 'charge' });
    openai.reply({ toolCalls: [{ name: 'charge', input: { usd: 20 } }] });
    openai.reply({ text: 'Charged.' });
    const waiting = await client.run('support', 'Charge me 20 dollars.');
    expect(waiting.status).toBe('waiting');
    expect(service.calls).toHaveLength(1);
    const review = await client.reviewOf(waiting.id);
    expect(review).toMatchObject({ kind: 'unknown-outcome', tool: 'charge' });
    await client.decide(review.id, 'record', { output: { charged: 20 } });
    const run = await client.until(waiting.id);
    expect(run).toMatchObject({ status: 'succeeded', output: 'Charged.' });
    expect(service.calls).toHaveLength(1);
    expect(JSON.stringify(openai.requests[1]?.body)).toContain('charged');
  },
});
