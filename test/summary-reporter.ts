import type { SerializedError } from 'vitest';
import type { Reporter, TestModule } from 'vitest/node';

/**
 * Ends the output of a run with one line for machines: `12 passed, 0 failed`, and `, 3 skipped` if any were.
 * A file that could not be loaded, a hook of a file or group that failed, and an error outside of any test
 * count as failures; a run whose process fails never says `0 failed`.
 */
export default class SummaryReporter implements Reporter {
  private passed = 0;
  private failed = 0;
  private skipped = 0;

  onInit(): void {
    // Only at the exit nothing else is printed any more, and a failed set-up or teardown is known too.
    process.once('exit', (exitCode) => {
      const failed = this.failed === 0 && exitCode !== 0 ? 1 : this.failed;
      const skipped = this.skipped > 0 ? `, ${this.skipped} skipped` : '';
      process.stdout.write(`${this.passed} passed, ${failed} failed${skipped}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()]);
    const groups = modules.flatMap((module) => [module, ...module.children.allSuites()]);
    const brokenTests = tests.filter((test) => test.result().state === 'failed').length;
    const brokenGroups = groups.filter((group) => group.errors().length > 0).length;

    this.passed = tests.filter((test) => test.result().state === 'passed').length;
    this.skipped = tests.length - this.passed - brokenTests;
    this.failed = brokenTests + brokenGroups + unhandledErrors.length;
  }
}
