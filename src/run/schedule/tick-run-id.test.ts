import { expect, it } from 'vitest';
import { tickRunId } from './tick-run-id.ts';

const schedule = '5f0c2d6e-0000-4000-8000-000000000001';
const tick = Date.parse('2026-06-10T10:00:00Z');

it('is the same for the same tick of the same schedule, and no other', () => {
  expect(tickRunId(schedule, tick)).toBe(tickRunId(schedule, tick));
  expect(tickRunId(schedule, tick)).not.toBe(tickRunId(schedule, tick + 1_000));
  expect(tickRunId(schedule, tick)).not.toBe(tickRunId(schedule.replace('1', '2'), tick));
});

it('is a UUIDv7 of the tick’s time, so that runs sort by it', () => {
  const id = tickRunId(schedule, tick);
  expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(tick);
});
