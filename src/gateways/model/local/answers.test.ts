import { describe, expect, it } from 'vitest';
import { abstainBelow, createLocalModel } from './index.ts';
import { answeredCall, now } from './testing/ask.ts';
import { loanTools } from './testing/loan-tools.ts';
import { play } from './testing/play.ts';
import { supportTools } from './testing/support-tools.ts';

const model = createLocalModel({ now: () => now });
const definitions = supportTools().map(({ definition }) => definition);

describe('answers', () => {
  it('are made of what the tools returned, in the language of the user', async () => {
    const english = await play(model, loanTools, ['How much is left to pay on LN-204518?']);
    expect(english.answer).toBe('Balance USD: $8,450.25.');
    const spanish = await play(model, supportTools(), ['¿Cuándo vence la factura de AC-1042?']);
    expect(spanish.answer).toBe('Fecha de vencimiento: 15 de marzo de 2026.');
  });

  it('say what failed, with low confidence, so that a person takes over', async () => {
    const prompt = answeredCall(
      'Is the line of AC-1042 up?',
      'lineStatus',
      { account: 'AC-1042' },
      {
        type: 'error-json',
        value: { error: { message: 'The backend is down.' } },
      },
    );
    const { content, providerMetadata } = await model.doGenerate({ prompt, tools: definitions });
    expect(content).toEqual([
      { type: 'text', text: 'I could not complete this (line status): The backend is down.' },
    ]);
    expect(providerMetadata?.bulkhead?.confidence).toBeLessThan(abstainBelow);
  });

  it('say that something does not exist, which is an answer', async () => {
    const { answer, confidence } = await play(model, supportTools(), ['Is AC-9999 up?']);
    expect(answer).toContain('There is no account AC-9999');
    expect(confidence).toBeGreaterThanOrEqual(abstainBelow);
  });

  it('say which part of a message nothing serves, and are then not confident', async () => {
    const { answer, confidence } = await play(model, supportTools(), [
      'Is AC-1042 up? And please cancel my contract.',
    ]);
    expect(answer).toContain('Status: down');
    expect(answer).toContain('I could not help with this part: "And please cancel my contract."');
    expect(confidence).toBeLessThan(abstainBelow);
  });

  it('ask for the one value that is missing', async () => {
    const { calls, answer } = await play(model, supportTools(), ['Please run a line test']);
    expect(calls).toEqual([]);
    expect(answer).toBe('To do that I need: account (The account number, like AC-1042). Could you tell me?');
  });
});
