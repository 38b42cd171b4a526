import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/longest-first.ts';

export default defineConfig({
  resolve: {
    alias: [{ find: /^bulkhead$/, replacement: fileURLToPath(new URL('src/index.ts', import.meta.url)) }],
  },
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'examples/**/*.test.ts'],
    globalSetup: ['test/global-setup.ts'],
    pool: 'forks',
    // Files share a process, so that each module is loaded once: no test leaves anything behind for the next.
    isolate: false,
    // As many as a small machine has cores: beside a third, tests that kill processes run out of patience.
    maxWorkers: 2,
    maxConcurrency: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 20_000,
    hookTimeout: 30_000,
    teardownTimeout: 30_000,
    // A machine that does other work too is slow, not wrong.
    expect: { poll: { timeout: 10_000 } },
    // Some tests race real processes on purpose; one that lost is run once more, and the report says so.
    retry: 1,
    reporters: ['default', './test/summary-reporter.ts'],
  },
});
