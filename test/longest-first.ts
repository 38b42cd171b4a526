import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Folders whose files take longest, first: what takes two minutes must not begin when all else is done. */
const ORDER = [/^test\/chaos\//, /^test\/(e2e|wired|runs)\//];

/** A sequencer that needs no record of earlier runs, which a clean clone does not have. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rankOf(one) - rankOf(other));
  }
}

function rankOf({ moduleId }: TestSpecification): number {
  const path = relative(process.cwd(), moduleId);
  const rank = ORDER.findIndex((pattern) => pattern.test(path));
  if (path === 'test/chaos/storm.test.ts') return -1;
  return rank === -1 ? ORDER.length : rank;
}
