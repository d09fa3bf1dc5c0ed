// The page that explains the checks explains all of them, and none that is gone.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ACTION_KINDS, ACTION_ORIGINS } from '../../core/data/corporate-actions.ts';
import { CALENDAR_NAMES } from '../../core/data/calendars.ts';
import { FINDINGS, type FindingCode } from '../../core/data/findings.ts';
import { REPAIR_NAMES } from '../../core/data/repairs.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/DATA-QUALITY.md'), 'utf8');
const rows = page.split('\n').filter((line) => line.startsWith('| `'));
/** "`missing-open`, `-high`" names two checks. */
const named = rows.flatMap((line) => {
  const names = [...line.split('|')[1].matchAll(/`([a-z-]+)`/g)].map(([, name]) => name);
  return names.map((name) => ({ kind: name.startsWith('-') ? `${names[0].split('-')[0]}${name}` : name, line }));
});

test('every check has its row, with the severity that it has', () => {
  expect(named.map(({ kind }) => kind).sort()).toEqual(Object.keys(FINDINGS).sort());
  for (const { kind, line } of named)
    expect(line.split('|')[2], kind).toContain(FINDINGS[kind as FindingCode].severity);
});

test('repairs, calendars and kinds of actions that it names exist', () => {
  for (const name of [...CALENDAR_NAMES, ...ACTION_KINDS]) expect(page).toContain(`\`${name}\``);
  expect(ACTION_ORIGINS.length).toBe(3);
  for (const line of rows)
    for (const [, name] of (line.split('|')[4] ?? '').matchAll(
      /`((?:drop|fill|widen|shift|rescale|adjust|apply)-[a-z-]+)`/g,
    ))
      expect(REPAIR_NAMES).toContain(name);
});
