import { defineConfig } from 'vitest/config';

// One runner for every kind of test; real workers are forked by the tests themselves, so files share two processes at most.
export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // The second leaves its counts to tests/run.ts.
    reporters: ['default', './tests/counts/vitest-reporter.ts'],
  },
});
