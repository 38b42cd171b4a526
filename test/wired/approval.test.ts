import { expect } from 'vitest';
import { REFUNDS } from './projects.ts';
import { wired } from './wired.ts';

wired({
  gateway: 'tool',
  control: 'approval',
  holds: 'a refund over the limit does not run before a person has approved exactly it',
  async scenario({ client, deploy, openai, service }) {
    await deploy(REFUNDS);
    openai.reply({ toolCalls: [{ name: 'refund', input: { order: 'A-1', usd: 80 } }] });
    openai.reply({ text: 'Your refund is on its way.' });
    const waiting = await client.run('support', 'Refund my order A-1, please: 80 dollars.');
    expect(service.effects).toEqual([]);
    expect(waiting).toMatchObject({ status: 'waiting', waitingFor: [{ for: 'review' }] });
    const review = await client.reviewOf(waiting.id);
    expect(review).toMatchObject({
      kind: 'approval',
      tool: 'refund',
      content: { input: { order: 'A-1', usd: 80 } },
    });
    expect((await client.decide(review.id, 'approved')).status).toBe(200);
    const run = await client.until(waiting.id);
    expect(run).toMatchObject({ status: 'succeeded', output: 'Your refund is on its way.' });
    expect(service.effects).toMatchObject([{ name: 'refund', input: { order: 'A-1', usd: 80 } }]);
  },
});
