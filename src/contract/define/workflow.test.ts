import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { workflow } from './workflow.ts';

const valid = { name: 'refund', inputSchema: z.object({ order: z.string() }), run: async () => 'done' };

describe('workflow()', () => {
  it('keeps the definition, adds its kind and freezes it', () => {
    const refund = workflow(valid);
    expect(refund).toMatchObject({ ...valid, kind: 'workflow' });
    expect(Object.isFrozen(refund)).toBe(true);
  });

  it.each([
    [{ inputSchema: undefined }, 'workflow "refund": inputSchema is missing; write a schema'],
    [{ run: 'done' }, 'workflow "refund": run is "done"; write a function.'],
    [{ instructions: 'Help.' }, 'workflow "refund": instructions is not a known field'],
    [{ onOutage: 'escalate' }, 'workflow "refund": onOutage is "escalate"; use one of wait, local, fail.'],
    [
      { budget: { whenSpent: 'partial' } },
      'budget.whenSpent is "partial"; only an agent can answer once more',
    ],
    [{ kind: 'agent' }, 'workflow "refund": kind is "agent"; use one of workflow.'],
  ])('refuses: $1', (fields, sentence) => {
    expect(() => workflow({ ...valid, ...fields } as never)).toThrow(sentence);
  });
});
