// Owns the list of migrations, oldest first.
import { tables } from './0001-tables.ts';
import { listIndexes } from './0002-list-indexes.ts';
import { trials } from './0003-trials.ts';
import { trash } from './0004-trash.ts';
import { backtestSpans } from './0005-backtest-spans.ts';
import type { Migration } from './migration.ts';

export const migrations: readonly Migration[] = [tables, listIndexes, trials, trash, backtestSpans];
/** The schema version that this program reads and writes. */
export const SCHEMA_VERSION = migrations.length;
