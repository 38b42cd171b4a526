import { readFileSync } from 'node:fs';
import type { JSONObject } from '@ai-sdk/provider';
import { describe, expect, it } from 'vitest';
import { createLocalModel } from './model.ts';
import { now } from './testing/ask.ts';
import { clinicTools } from './testing/clinic-tools.ts';
import { loanTools } from './testing/loan-tools.ts';
import { officeTools } from './testing/office-tools.ts';
import { play } from './testing/play.ts';
import { storeTools } from './testing/store-tools.ts';
import { supportTools } from './testing/support-tools.ts';
import type { TestTool } from './testing/test-tool.ts';

type Expected = { tool: string; input: JSONObject };
type ToolSet = 'support' | 'loans' | 'clinic' | 'store' | 'office';
/** `trap` marks words that look like an order and are none. */
type Paraphrase = { tools: ToolSet; text: string; calls: Expected[]; trap?: boolean };
type Trap = { tools: ToolSet; messages: string[] };
type Judged = Paraphrase & { made: Expected[]; right: boolean; wrongWrites: Expected[] };

const toolsOf: Record<ToolSet, () => readonly TestTool[]> = {
  support: () => supportTools(),
  loans: () => loanTools,
  clinic: () => clinicTools,
  store: () => storeTools,
  office: () => officeTools,
};

/** Free-text reasons are the user's own words; which of them are taken is no matter of right and wrong. */
const same = (one: Expected, other: Expected): boolean => {
  const sorted = ({ reason: _reason, ...input }: JSONObject) => JSON.stringify(Object.entries(input).sort());
  return one.tool === other.tool && sorted(one.input) === sorted(other.input);
};

const changes = (tools: readonly TestTool[], name: string): boolean =>
  tools.find(({ definition }) => definition.name === name)?.definition.providerOptions?.bulkhead?.effect !==
  'read';

const judge = async (paraphrase: Paraphrase): Promise<Judged> => {
  const tools = toolsOf[paraphrase.tools]();
  const { calls } = await play(createLocalModel({ now: () => now }), tools, [paraphrase.text]);
  const made = calls.map(({ tool, input }) => ({ tool, input }));
  const isExpected = (call: Expected) => paraphrase.calls.some((expected) => same(expected, call));
  return {
    ...paraphrase,
    made,
    right: made.length === paraphrase.calls.length && made.every(isExpected),
    wrongWrites: made.filter((call) => changes(tools, call.tool) && !isExpected(call)),
  };
};

const readJson = (name: string) => JSON.parse(readFileSync(new URL(name, import.meta.url), 'utf8'));

/**
 * `paraphrases.json` was written after the engine and has mended it since; `held-out.json` was written after that,
 * with a tool set that was new, and nothing was changed to please it: its share is the one to expect of other tools.
 */
describe.each([
  { file: 'paraphrases.json', atLeast: 70, rightShare: 0.9, traps: 30 },
  { file: 'held-out.json', atLeast: 50, rightShare: 0.85, traps: 15 },
])(
  'requests in other words than the tools were described in ($file)',
  async ({ file, atLeast, rightShare, traps }) => {
    const judged = await Promise.all((readJson(file) as Paraphrase[]).map(judge));

    it('are many, and of several tool sets', () => {
      expect(judged.length).toBeGreaterThanOrEqual(atLeast);
      expect(new Set(judged.map(({ tools }) => tools)).size).toBeGreaterThan(3);
      expect(judged.filter(({ trap }) => trap).length).toBeGreaterThanOrEqual(traps);
    });

    it(`lead to the right tools with the right arguments, or to none, in ${rightShare * 100}% of cases`, () => {
      const wrong = judged.filter(({ right }) => !right).map(({ text, made }) => ({ text, made }));
      expect(judged.length - wrong.length, JSON.stringify(wrong, null, 1)).toBeGreaterThanOrEqual(
        rightShare * judged.length,
      );
    });

    it('never lead to a change that was not asked for', () => {
      expect(judged.flatMap(({ text, wrongWrites }) => wrongWrites.map((call) => ({ text, call })))).toEqual(
        [],
      );
    });
  },
);

describe('words that look like an order and are none (traps.json)', () => {
  it.each(readJson('traps.json') as Trap[])('$messages', async ({ tools: set, messages }) => {
    const tools = toolsOf[set]();
    const { calls } = await play(createLocalModel({ now: () => now }), tools, messages);
    expect(calls.filter(({ tool }) => changes(tools, tool))).toEqual([]);
  });
});
