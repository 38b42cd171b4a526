import { describe, expect, it } from 'vitest';
import { DEFAULT_BUDGET } from '../../contract/budget.ts';
import type { Entry, EntryBody, EntryMeta } from '../../contract/entry.ts';
import type { Json } from '../../contract/json.ts';
import type { DefinitionManifest, ToolManifest } from '../../contract/manifest.ts';
import type { Settled } from '../protocol.ts';
import { cancelRun } from './cancel-run.ts';

const tool = (name: string, more: Partial<ToolManifest> = {}): ToolManifest => ({
  name,
  description: name,
  inputSchema: { type: 'object' },
  effect: 'write',
  risk: [],
  idempotent: false,
  network: [],
  timeout: 60_000,
  examples: [],
  compensates: true,
  ...more,
});

const definition: DefinitionManifest = {
  kind: 'workflow',
  name: 'trip',
  hash: 'a'.repeat(64),
  model: null,
  effects: ['read', 'write'],
  tools: [
    tool('flight'),
    tool('hotel'),
    tool('look', { effect: 'read', compensates: false }),
    tool('mail', { compensates: false }),
    tool('ping', { idempotent: true, compensates: false }),
    tool('seat', { idempotent: true }),
  ],
  toolApproval: {},
  budget: DEFAULT_BUDGET,
};

const entry = (meta: EntryMeta, body: EntryBody = {}): Entry => ({ meta: { ...meta, at: 0 }, body });
const requested = (name: string, input: Json = { usd: 5 }, compensates?: string): Entry => {
  const key = compensates === undefined ? `tool:${name}#1` : `${compensates}/compensate`;
  return entry(
    {
      kind: 'tool.requested',
      key,
      tool: name,
      effect: 'write',
      risk: [],
      toolCallId: key,
      inputHash: 'h',
      ...(compensates === undefined ? {} : { compensates }),
    },
    { input },
  );
};
const started = (name: string, input: Json = { usd: 5 }, key = `tool:${name}#1`): Entry =>
  entry(
    { kind: 'tool.started', key, tool: name, attempt: 1, idempotencyKey: 'k', inputHash: 'h' },
    { input },
  );
const completed = (
  name: string,
  body: EntryBody = { output: `${name} booked` },
  key = `tool:${name}#1`,
): Entry => {
  const { error } = body;
  return entry(
    { kind: 'tool.completed', key, tool: name, outcome: error === undefined ? 'ok' : 'error', durationMs: 1 },
    body,
  );
};
const done = (name: string) => [requested(name), started(name), completed(name)];

/** Cancels; every step that it performs ends as `ends` says, or well. */
async function cancel(entries: Entry[], ends: Record<string, Settled | 'suspended'> = {}) {
  const performed: string[] = [];
  const result = await cancelRun(entries, definition, async (key) => {
    performed.push(key);
    return ends[key] ?? { ok: true, value: null };
  });
  return { performed, result };
}

const failed = (code: string, more: { outcomeUnknown?: boolean } = {}): Settled => ({
  ok: false,
  error: { code, message: `${code}.`, ...more },
});

describe('a cancel', () => {
  it('undoes completed calls, newest first', async () => {
    const { performed, result } = await cancel([...done('flight'), ...done('hotel')]);
    expect(performed).toEqual(['tool:hotel#1/compensate', 'tool:flight#1/compensate']);
    expect(result).toBeUndefined();
  });

  it('leaves calls alone that did nothing, failed, or have no way back', async () => {
    const { performed } = await cancel([
      requested('flight'),
      requested('hotel'),
      started('hotel'),
      completed('hotel', { error: { code: 'sold_out', message: 'Nothing is left.' } }),
      ...done('look'),
      ...done('mail'),
    ]);
    expect(performed).toEqual([]);
  });

  it('first finds out what became of a call that broke off, and undoes it if it happened', async () => {
    const { performed } = await cancel([...done('flight'), requested('hotel'), started('hotel')]);
    expect(performed).toEqual(['tool:hotel#1', 'tool:hotel#1/compensate', 'tool:flight#1/compensate']);
  });

  it('does not undo a call that broke off and did not happen', async () => {
    const { performed } = await cancel([requested('hotel'), started('hotel')], {
      'tool:hotel#1': failed('effect_unknown'),
    });
    expect(performed).toEqual(['tool:hotel#1']);
  });

  it('waits where a person has to say what happened, before anything is undone', async () => {
    const { performed, result } = await cancel([...done('flight'), requested('mail'), started('mail')], {
      'tool:mail#1': 'suspended',
    });
    expect(performed).toEqual(['tool:mail#1']);
    expect(result).toBe('suspended');
  });

  it('does not send a call again that nobody could undo then', async () => {
    expect((await cancel([requested('ping'), started('ping')])).performed).toEqual([]);
    expect((await cancel([requested('seat'), started('seat')])).performed).toEqual([
      'tool:seat#1',
      'tool:seat#1/compensate',
    ]);
  });

  it('undoes the rest although one cannot be undone, and tells of the first that could not', async () => {
    const { performed, result } = await cancel([...done('flight'), ...done('hotel')], {
      'tool:hotel#1/compensate': failed('hotel_closed'),
      'tool:flight#1/compensate': failed('flight_gone'),
    });
    expect(performed).toHaveLength(2);
    expect(result).toMatchObject({ code: 'hotel_closed' });
  });
});

describe('a cancel that was interrupted', () => {
  const undoing = (name: string) => [
    requested(name, { usd: 5 }, `tool:${name}#1`),
    started(name, { usd: 5 }, `tool:${name}#1/compensate`),
  ];

  it('goes on behind what is undone already', async () => {
    const { performed } = await cancel([
      ...done('flight'),
      ...done('hotel'),
      ...undoing('hotel'),
      completed('hotel', { output: null }, 'tool:hotel#1/compensate'),
    ]);
    expect(performed).toEqual(['tool:flight#1/compensate']);
  });

  it('enters a compensation again that broke off', async () => {
    const { performed } = await cancel([...done('flight'), ...done('hotel'), ...undoing('hotel')]);
    expect(performed).toEqual(['tool:hotel#1/compensate', 'tool:flight#1/compensate']);
  });

  it('does not try a compensation again that has failed, and still tells of it', async () => {
    const error = { code: 'hotel_closed', message: 'The hotel is closed.' };
    const { performed, result } = await cancel([
      ...done('flight'),
      ...done('hotel'),
      ...undoing('hotel'),
      completed('hotel', { error }, 'tool:hotel#1/compensate'),
    ]);
    expect(performed).toEqual(['tool:flight#1/compensate']);
    expect(result).toEqual(error);
  });
});
