// Counts Playwright's tests for the closing line.
import type { FullConfig, FullResult, Reporter, Suite } from '@playwright/test/reporter';
import { type Counts, writeCounts } from './counts.ts';

export default class CountingReporter implements Reporter {
  #suite: Suite | undefined;
  #errors = 0;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.#suite = suite;
  }

  onError(): void {
    this.#errors += 1;
  }

  onEnd(_result: FullResult): void {
    const counts: Counts = { passed: 0, failed: this.#errors, skipped: 0 };
    for (const test of this.#suite?.allTests() ?? []) {
      const outcome = test.outcome();
      // `flaky` passed at a retry, which a test has to ask for.
      counts[outcome === 'unexpected' ? 'failed' : outcome === 'skipped' ? 'skipped' : 'passed'] += 1;
    }
    writeCounts('playwright', counts);
  }
}
