import { expect } from 'vitest';
import { support } from './projects.ts';
import { wired } from './wired.ts';

const lookUp = (order: string) => ({ name: 'lookUp', input: { order } });

wired({
  gateway: 'tool',
  control: 'call-counts',
  holds: 'a turn makes no more tool calls than its budget allows, also when the model makes them at once',
  async scenario({ client, deploy, openai, service }) {
    await deploy(support({ budget: '{ toolCallsPerTurn: 2 }' }));
    openai.reply({ toolCalls: [lookUp('A-1'), lookUp('A-2'), lookUp('A-3')] });
    openai.reply({ text: 'Two of three.' });
    const run = await client.run('support', 'Where are A-1, A-2 and A-3?');
    expect(run.status).toBe('succeeded');
    expect(service.effects).toHaveLength(2);
    expect(await client.journal(run.id)).toContainEqual(
      expect.objectContaining({ kind: 'tool.completed', outcome: 'denied', code: 'tool_call_limit' }),
    );
  },
});

wired({
  gateway: 'model',
  control: 'call-counts',
  holds: 'a run asks models no more often than its budget allows',
  async scenario({ client, deploy, openai }) {
    await deploy(support({ budget: '{ modelCalls: 2 }' }));
    openai.answer(() => ({ toolCalls: [lookUp('A-1')] }));
    const run = await client.run('support', 'Where is A-1?');
    expect(run).toMatchObject({ status: 'failed', error: { code: 'model_call_limit' } });
    expect(openai.requests).toHaveLength(2);
  },
});
