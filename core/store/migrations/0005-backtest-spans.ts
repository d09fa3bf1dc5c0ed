// Owns schema version 5: the first and last day that a backtest traded, for lists.
import type { Migration } from './migration.ts';

export const backtestSpans: Migration = {
  version: 5,
  name: 'backtest-spans',
  sql: `
-- Not known of backtests that were stored before.
ALTER TABLE backtests ADD COLUMN first_day TEXT;
ALTER TABLE backtests ADD COLUMN last_day TEXT;
`,
};
