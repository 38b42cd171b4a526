import { expect, it } from 'vitest';
import { residentMemory } from './resident-memory.ts';

it.runIf(process.platform === 'linux')('tells what a process holds, in bytes', async () => {
  const told = (await residentMemory(process.pid)) ?? 0;
  const { rss } = process.memoryUsage();
  expect(told / rss).toBeGreaterThan(0.5);
  expect(told / rss).toBeLessThan(2);
});

it('tells nothing of a process that is not there', async () => {
  expect(await residentMemory(2 ** 30)).toBeUndefined();
});
