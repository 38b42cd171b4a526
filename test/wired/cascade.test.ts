import { expect } from 'vitest';
import { wired } from './wired.ts';

const TOTALS = `
import { agent } from 'bulkhead';
import { z } from 'zod';

const model = { small: 'openai/gpt-5-mini', large: 'anthropic/claude-sonnet-5' };

export const totals = agent({
  name: 'totals',
  instructions: 'Add up what is listed.',
  model,
  outputSchema: z.object({ total: z.number() }),
  routing: { cascade: true, verify: ({ total }, input) => total === input.split(' ').length },
});
export const stuck = agent({
  name: 'stuck',
  instructions: 'Say anything.',
  model,
  routing: { cascade: true, verify: () => { throw new Error('The checker is out of order.'); } },
});
`;

wired({
  gateway: 'model',
  control: 'cascade',
  holds: 'an answer that its author does not pass is asked of the next tier, and paid for all the same',
  async scenario({ client, deploy, openai, anthropic }) {
    await deploy(TOTALS);
    const usage = { inputTokens: 100, outputTokens: 10 };
    openai.answer(() => ({ text: '{"total":7}', usage }));
    anthropic.answer(() => ({ text: '{"total":3}', usage }));
    const run = await client.run('totals', 'one two three');
    expect(run).toMatchObject({ status: 'succeeded', output: { total: 3 } });
    const journal = await client.journal(run.id);
    expect(journal.filter(({ kind }) => kind === 'model.verified')).toMatchObject([
      { model: 'openai/gpt-5-mini', tier: 'small', verifier: 'verify', passed: false },
      { model: 'anthropic/claude-sonnet-5', tier: 'large', verifier: 'verify', passed: true },
    ]);
    expect(journal).toContainEqual(
      expect.objectContaining({ kind: 'model.attempted', code: 'not_passed', tokens: 110 }),
    );

    // A check that throws passes nothing; the largest tier's answer stands all the same.
    anthropic.answer(() => ({ text: 'Good day.' }));
    const stuck = await client.run('stuck', 'Hello?');
    expect(stuck).toMatchObject({ status: 'succeeded', output: 'Good day.' });
    expect(await client.journal(stuck.id)).toContainEqual(
      expect.objectContaining({
        kind: 'model.verified',
        tier: 'large',
        unverified: true,
        code: 'code_failed',
      }),
    );
  },
});
