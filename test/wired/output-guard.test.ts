import { expect } from 'vitest';
import { REFUNDS } from './projects.ts';
import { wired } from './wired.ts';

wired({
  gateway: 'tool',
  control: 'output-guard',
  holds: 'credentials in what a tool returns reach neither the model nor the journal',
  async scenario({ client, deploy, openai }) {
    await deploy(REFUNDS);
    openai.reply({ toolCalls: [{ name: 'readConfiguration', input: {} }] });
    openai.reply({ text: 'Read.' });
    const run = await client.run('support', 'Read the configuration.');
    expect(run.status).toBe('succeeded');
    const seen = JSON.stringify([openai.requests[1]?.body, await client.journal(run.id)]);
    expect(seen).toContain('db.internal');
    expect(seen).not.toContain('hunter2-and-more');
    expect(seen).not.toContain('AKIAIOSFODNN7EXAMPLE');
  },
});
