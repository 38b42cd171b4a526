import { expect } from 'vitest';
import { REFUNDS } from './projects.ts';
import { wired } from './wired.ts';

wired({
  gateway: 'tool',
  control: 'input-schema',
  holds: 'input that does not fit the schema never reaches the tool; the model learns which field is wrong',
  async scenario({ client, deploy, openai, service }) {
    await deploy(REFUNDS);
    openai.reply({ toolCalls: [{ name: 'refund', input: { order: 'A-1', usd: -5 } }] });
    openai.reply({ text: 'I cannot do that.' });
    const run = await client.run('support', 'Refund minus five dollars.');
    expect(service.effects).toEqual([]);
    expect(run.status).toBe('succeeded');
    expect(JSON.stringify(openai.requests[1]?.body)).toContain('usd');
    expect(await client.journal(run.id)).toContainEqual(
      expect.objectContaining({ kind: 'tool.completed', code: 'invalid_tool_input' }),
    );
  },
});
