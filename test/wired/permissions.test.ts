import { expect } from 'vitest';
import { support } from './projects.ts';
import { wired } from './wired.ts';

wired({
  gateway: 'tool',
  control: 'permissions',
  holds: 'an agent that declared reads only writes nothing',
  async scenario({ client, deploy, openai, service }) {
    await deploy(support({ effects: "['read']" }));
    openai.reply({ toolCalls: [{ name: 'refund', input: { order: 'A-1', usd: 5 } }] });
    openai.reply({ text: 'I may not.' });
    const run = await client.run('support', 'Refund 5 dollars of A-1.');
    expect(service.effects).toEqual([]);
    expect(await client.journal(run.id)).toContainEqual(
      expect.objectContaining({ kind: 'tool.completed', outcome: 'denied', code: 'effect_not_allowed' }),
    );
  },
});
