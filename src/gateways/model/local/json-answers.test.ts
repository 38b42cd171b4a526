import { describe, expect, it } from 'vitest';
import { abstainBelow, createLocalModel } from './index.ts';
import { answeredCall, ask, now } from './testing/ask.ts';
import { supportTools } from './testing/support-tools.ts';

const model = createLocalModel({ now: () => now });
const definitions = supportTools().map(({ definition }) => definition);

describe('JSON answers', () => {
  const schema = {
    type: 'object' as const,
    properties: {
      account: { type: 'string' as const, pattern: '^AC-\\d{4}$' },
      status: { type: 'string' as const, enum: ['up', 'degraded', 'down'] },
      answer: { type: 'string' as const },
    },
    required: ['account', 'status'],
  };

  it('are filled from what tools returned', async () => {
    const prompt = answeredCall(
      'Is the line of AC-1042 up?',
      'lineStatus',
      { account: 'AC-1042' },
      {
        type: 'json',
        value: { account: 'AC-1042', status: 'down' },
      },
    );
    const { content, providerMetadata } = await model.doGenerate({
      prompt,
      tools: definitions,
      responseFormat: { type: 'json', schema },
    });
    expect(JSON.parse(content[0]?.type === 'text' ? content[0].text : '')).toEqual({
      account: 'AC-1042',
      status: 'down',
      answer: 'Account: AC-1042. Status: down.',
    });
    expect(providerMetadata?.bulkhead?.confidence).toBeGreaterThan(abstainBelow);
  });

  it('leave out what was not found, and are then not confident', async () => {
    const { content, providerMetadata } = await model.doGenerate({
      prompt: ask('It is about AC-1042'),
      responseFormat: { type: 'json', schema },
    });
    expect(JSON.parse(content[0]?.type === 'text' ? content[0].text : '')).toEqual({ account: 'AC-1042' });
    expect(providerMetadata?.bulkhead?.confidence).toBeLessThan(abstainBelow);
  });
});
