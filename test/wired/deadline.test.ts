import { expect } from 'vitest';
import { support } from './projects.ts';
import { wired } from './wired.ts';

wired({
  gateway: 'tool',
  control: 'deadline',
  holds: 'a tool that outlasts the working time of the run ends it',
  async scenario({ client, deploy, openai }) {
    await deploy(support({ budget: "{ time: '4s' }" }));
    openai.reply({ toolCalls: [{ name: 'dawdle', input: { ms: 6_000 } }] });
    openai.answer(() => ({ text: 'At last.' }));
    const run = await client.run('support', 'Take your time.');
    expect(await client.journal(run.id)).toContainEqual(
      expect.objectContaining({ kind: 'tool.completed', tool: 'dawdle', code: 'deadline_exceeded' }),
    );
    expect(run).toMatchObject({ status: 'failed', error: { code: 'deadline_exceeded' } });
  },
});

wired({
  gateway: 'model',
  control: 'deadline',
  holds: 'a model that outlasts the working time of the run ends it',
  async scenario({ client, deploy, openai }) {
    await deploy(support({ budget: "{ time: '2500ms' }" }));
    openai.fault('slow', { delay: 600 });
    openai.reply({ chunks: ['one ', 'two ', 'three ', 'four ', 'five ', 'six ', 'seven ', 'eight'] });
    const run = await client.run('support', 'Count slowly.');
    expect(await client.journal(run.id)).toContainEqual(
      expect.objectContaining({ kind: 'model.completed', code: 'deadline_exceeded' }),
    );
    expect(run).toMatchObject({ status: 'failed', error: { code: 'deadline_exceeded' } });
  },
});
