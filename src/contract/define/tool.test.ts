import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { BulkheadError } from '../errors.ts';
import { tool } from './tool.ts';

const valid = {
  description: 'Refunds an order.',
  inputSchema: z.object({ order: z.string() }),
  effect: 'write',
  execute: () => 'done',
} as const;

/** What tool() says about the valid definition with some fields replaced. */
function refusal(fields: Record<string, unknown>): string {
  try {
    tool({ ...valid, ...fields } as never);
  } catch (error) {
    if (BulkheadError.isInstance(error) && error.code === 'invalid_definition') return error.message;
    throw error;
  }
  throw new Error('The definition was accepted.');
}

describe('tool()', () => {
  it('keeps the definition, adds its kind and freezes it', () => {
    const refund = tool(valid);
    expect(refund).toMatchObject({ ...valid, kind: 'tool' });
    expect(Object.isFrozen(refund)).toBe(true);
  });

  it('takes every field', () => {
    const full = {
      ...valid,
      outputSchema: z.string(),
      risk: ['financial', 'external'] as const,
      idempotent: true,
      network: ['api.example.com', '*.example.com', 'http://127.0.0.1:7461'],
      timeout: '5s',
      examples: ['I want my money back'],
      compensate: () => undefined,
    } as const;
    expect(tool(full)).toMatchObject(full);
  });

  it.each([
    [{ effect: undefined }, 'effect is missing; use one of read, write, execute.'],
    [{ effect: 'wrte' }, 'effect is "wrte" (did you mean "write"?); use one of read, write, execute.'],
    [{ description: '  ' }, 'description is "  "; write a text that is not empty.'],
    [
      { inputSchema: undefined },
      'inputSchema is missing; write a schema: z.object({ … }) or a JSON Schema object.',
    ],
    [
      { inputSchema: { order: z.string() } },
      'inputSchema is an object of schemas; put z.object( … ) around it.',
    ],
    [
      { inputSchema: z.object },
      'inputSchema is a function; write a schema: z.object({ … }) or a JSON Schema object.',
    ],
    [
      { risk: ['financial', 'money'] },
      'risk[1] is "money"; use one of financial, destructive, external, production.',
    ],
    [{ risk: ['financial', 'financial'] }, 'risk[1] repeats "financial"; leave one of them out.'],
    [{ risk: 'financial' }, 'risk is "financial"; write a list: [ … ].'],
    [{ idempotent: 'yes' }, 'idempotent is "yes"; use true or false.'],
    [
      { timeout: '5 min' },
      "timeout is \"5 min\"; write milliseconds as a number above 0, or '250ms', '30s', '5m', '2h', '7d'.",
    ],
    [
      { output: { fields: ['a..b'] } },
      'output.fields[0] is "a..b"; write names joined by dots: \'customer.name\'.',
    ],
    [{ output: { cut: 'head' } }, 'use one of head-tail, query.'],
    [{ output: { maxTokens: 1 } }, 'output.maxTokens is 1; write a number of 50 or more.'],
    [{ cost: -1 }, 'cost is -1; write a number from 0 to 1000000.'],
    [{ cost: '5 cents' }, 'cost is "5 cents"; write a number'],
    [{ timeout: 0 }, 'timeout is 0; write milliseconds as a number above 0'],
    [{ timeout: '25d' }, 'timeout is "25d"; the longest is \'24d\'.'],
    [{ examples: ['one', 2] }, 'examples[1] is 2; write a text that is not empty.'],
    [{ execute: 'done' }, 'execute is "done"; write a function.'],
    [{ compensate: {} }, 'compensate is an object; write a function.'],
    [
      { network: ['http://api.example.com'] },
      'network[0] is "http://api.example.com"; plain http is for this machine',
    ],
    [
      { cache: { ttl: '5m' } },
      'cache stands in a tool with effect "write", whose calls must happen; only a tool with effect',
    ],
    [{ effect: 'read', cache: {} }, 'cache.ttl is missing; write milliseconds as a number above 0'],
    [{ effect: 'read', cache: { ttl: '5m', tags: ['a b'] } }, 'cache.tags[0] is "a b"; a tag has at most 64'],
    [{ effect: 'read', invalidates: ['account'] }, "invalidates stands in a tool with effect 'read'"],
    [{ exmaples: [] }, 'exmaples is not a known field; did you mean "examples"?'],
    [
      { parameters: {} },
      'parameters is not a known field; the fields that it may have are description, inputSchema',
    ],
  ])('refuses: $1', (fields, sentence) => {
    expect(refusal(fields)).toContain(sentence);
  });

  it('says which tool is meant by its description', () => {
    expect(refusal({ effect: 'none' })).toMatch(/^tool "Refunds an order\.": effect is "none"/);
  });

  it('refuses what is no definition at all', () => {
    expect(() => tool(undefined as never)).toThrow('tool is missing; write an object with description');
  });

  it('refuses a Standard Schema that cannot describe itself', () => {
    const mute = { '~standard': { version: 1, vendor: 'mute', validate: (value: unknown) => ({ value }) } };
    expect(refusal({ inputSchema: mute })).toContain(
      'inputSchema is a schema of "mute" that cannot describe itself as JSON Schema; use zod 4.2 or later',
    );
  });

  it('names the field for machines', () => {
    const attempt = () => tool({ ...valid, risk: ['financial', 'none'] } as never);
    expect(attempt).toThrow(expect.objectContaining({ details: { field: 'risk[1]' } }));
  });

  it('points its trace at the line of the author', () => {
    try {
      tool({ ...valid, effect: 'none' } as never);
      expect.unreachable();
    } catch (error) {
      const [, firstFrame] = String((error as Error).stack).split('\n    at ');
      expect(firstFrame).toContain('tool.test.ts');
    }
  });
});
