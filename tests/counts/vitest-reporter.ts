// Counts Vitest's tests for the closing line.
import type { Reporter, TestModule } from 'vitest/node';
import { type Counts, writeCounts } from './counts.ts';

export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
    for (const module of modules) {
      const before = counts.failed;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === 'passed' || state === 'failed' || state === 'skipped') counts[state] += 1;
      }
      // A file that could not be collected has no failed test of its own.
      if (!module.ok() && counts.failed === before) counts.failed += 1;
    }
    counts.failed += errors.length; // thrown outside of every test
    writeCounts('vitest', counts);
  }
}
