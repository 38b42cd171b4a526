import { expect } from 'vitest';
import { REFUNDS } from './projects.ts';
import { wired } from './wired.ts';

wired({
  gateway: 'tool',
  control: 'approval',
  holds: 'of calls that were made together none runs before a person has decided on the one that needs it',
  async scenario({ client, deploy, openai, service }) {
    await deploy(REFUNDS);
    openai.reply({
      toolCalls: [
        { name: 'refund', input: { order: 'A-1', usd: 5 } },
        { name: 'refund', input: { order: 'A-2', usd: 80 } },
      ],
    });
    openai.reply({ text: 'Only the small one.' });
    const waiting = await client.run('support', 'Refund A-1 and A-2.');
    expect(service.effects).toEqual([]);
    expect(waiting.status).toBe('waiting');
    const review = await client.reviewOf(waiting.id);
    await client.decide(review.id, 'denied', { note: 'too much' });
    const run = await client.until(waiting.id);
    expect(run.output).toBe('Only the small one.');
    expect(service.effects).toMatchObject([{ input: { order: 'A-1', usd: 5 } }]);
    expect(JSON.stringify(openai.requests[1]?.body)).toContain('too much');
  },
});
