import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Json } from '../../contract/json.ts';
import type { FromHost } from '../protocol.ts';
import { callTool } from './call-tool.ts';
import { HostExecution } from './execution.ts';

const MEGABYTE = 1024 * 1024;

/** What the worker is asked for when code calls a tool of this schema. */
function askedFor(inputSchema: z.ZodType, input: Json): FromHost {
  const sent: FromHost[] = [];
  const run = { id: 'run-1', tenant: 'acme', agent: 'main' };
  const execution = new HostExecution({ execution: 1, run, recorded: [] }, (message) => sent.push(message));
  void callTool(execution, 'look', { tool: 'look', input }, { inputSchema });
  const [asked] = sent;
  if (asked === undefined) throw new Error('The worker was asked for nothing.');
  return asked;
}

describe('a call of a tool', () => {
  it('brings what its schema makes of the input', () => {
    expect(askedFor(z.object({ text: z.string().trim() }), { text: ' a ' })).toMatchObject({
      request: { input: { text: ' a ' } },
      parsed: { ok: true, value: { text: 'a' } },
    });
  });

  it('leaves that to be asked for where the input is large, so that both need not fit into one message', () => {
    const asked = askedFor(z.object({ text: z.string() }), { text: 'a'.repeat(12 * MEGABYTE) });
    expect(asked).not.toHaveProperty('parsed');
    expect(JSON.stringify(asked).length).toBeLessThan(13 * MEGABYTE);
  });

  it('leaves it where the schema makes something large of little', () => {
    const repeated = z.object({ times: z.number() }).transform(({ times }) => ({ text: 'a'.repeat(times) }));
    expect(askedFor(repeated, { times: MEGABYTE })).not.toHaveProperty('parsed');
  });
});
