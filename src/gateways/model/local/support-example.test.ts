import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { JSONObject } from '@ai-sdk/provider';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { support } from '../../../../examples/support/agent.ts';
import { abstainBelow, createLocalModel } from './index.ts';
import { now } from './testing/ask.ts';
import { play } from './testing/play.ts';
import { supportTools } from './testing/support-tools.ts';

const example = new URL('../../../../examples/support/', import.meta.url);
const readJson = (name: string) => JSON.parse(readFileSync(new URL(name, example), 'utf8'));

type Task = { agent: string; input: string; subject: string };
type Expected = {
  name: string;
  calls: { tool: string; input: JSONObject }[];
  ends: 'answered' | 'waits for approval' | 'escalates';
  says: string[];
};

const tasks: Task[] = readJson('tasks.json');
const expected: Expected[] = readJson('expected.json');

/** Starts the example's backend as its own process, as `bulkhead dev` does. */
const startBackend = async () => {
  const program = new URL('backend/server.ts', example).pathname;
  const process_ = spawn(process.execPath, [program], {
    env: { ...process.env, PORT: '0' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: process_.stdout }), 'line');
  return { process: process_, origin: `http://127.0.0.1:${JSON.parse(String(line)).listening}` };
};

describe('the support example, solved by the local model against its real backend', () => {
  let backend: Awaited<ReturnType<typeof startBackend>>;
  beforeAll(async () => {
    backend = await startBackend();
  });
  afterAll(() => {
    backend.process.kill();
  });

  const tools = () =>
    supportTools((input, init) =>
      fetch(String(input).replace('http://127.0.0.1:7461', backend.origin), init),
    );
  const approval = support.toolApproval?.credit;
  const needsPerson = (tool: string, input: { account: string; usd: number }) => {
    const run = { id: 'run', tenant: 'test' };
    if (tool !== 'credit' || typeof approval !== 'function') return false;
    return approval(input, { toolCallId: 'call', run }) === 'user-approval';
  };

  it('has an expectation for every task', () => {
    expect(tasks.length).toBeGreaterThanOrEqual(7);
    expect(expected).toHaveLength(tasks.length);
    expect(new Set(tasks.map(({ agent }) => agent))).toEqual(new Set([support.name]));
  });

  it.each(tasks.map((task, index) => ({ ...task, ...expected[index] })))(
    '$name',
    async ({ input, calls, ends, says }) => {
      const waited: string[] = [];
      const played = await play(createLocalModel({ now: () => now }), tools(), [input], (tool, asked) => {
        if (!needsPerson(tool, { account: String(asked.account), usd: Number(asked.usd) })) return undefined;
        waited.push(tool);
        return { type: 'execution-denied', reason: 'A person said no.' };
      });
      expect(played.calls.map(({ tool, input: made }) => ({ tool, input: made }))).toEqual(calls);
      expect(waited).toEqual(ends === 'waits for approval' ? ['credit'] : []);
      expect(played.confidence < abstainBelow).toBe(ends === 'escalates');
      for (const words of says ?? []) expect(played.answer).toContain(words);
    },
  );
});
