// The page that explains the tables beside the bars explains every table and column that an import takes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SIDE_TABLE_NAMES, SIDE_TABLES } from '../../core/data/side-tables.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/TABLES.md'), 'utf8');
const [overview, statements] = page.split('\n## Statements\n');
const rowOf = (name: string): string => overview.split('\n').find((line) => line.startsWith(`| \`${name}\` `)) ?? '';

test.each(SIDE_TABLE_NAMES)('%s has its row, and every column stands there', (name) => {
  const row = name === 'statements' ? statements : rowOf(name);
  const named = new Set([...row.matchAll(/`([a-z_0-9]+)`/g)].map(([, column]) => column));
  for (const column of SIDE_TABLES[name].columns)
    expect(named, column).toContain(name === 'investor-flows' ? column.replace(/_(bought|sold)$/, '') : column);
  expect(rowOf(name).includes('at the close')).toBe('knownAtClose' in SIDE_TABLES[name]);
});
