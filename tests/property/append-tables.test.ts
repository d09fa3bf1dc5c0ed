// Rows of tables added to a version: where they are taken without a word, no feature of a day that the version has is other than it was.
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toEpochDay } from '../../core/base/clock.ts';
import { AppError } from '../../core/base/errors.ts';
import { importBars } from '../../core/data/import.node.ts';
import { loadBars } from '../../core/data/load.node.ts';
import { loadSideTables, type SideRow, writeSideRows } from '../../core/data/side-tables.node.ts';
import { SIDE_TABLES, type SideTableName } from '../../core/data/side-tables.ts';
import { catalogue } from '../../core/features/catalogue.ts';
import { computeFeatures } from '../../core/features/compute.ts';
import { csv, plainBars, temporaryFolder, weekdays, writeFile } from '../integration/data-files.ts';

const folder = temporaryFolder();
const days = weekdays(61);
const [LAST, NEXT] = [toEpochDay(days[59]), toEpochDay(days[60])];
const FIRST = LAST - 60;
const lines = ['1301', '1305', '1332'].flatMap((code, c) => plainBars(code, days, 1 + c));
const file = (name: string, on: (day: string) => boolean): string =>
  writeFile(folder, name, csv(lines.filter((line) => on(line.slice(0, 10)))));
const [old, added] = [file('old.csv', (day) => day < days[60]), file('new.csv', (day) => day === days[60])];

const CODES = {
  statements: ['1301', '1305', 'other'],
  trading: ['1301', '1305', 'other'],
  'margin-interest': ['1301', '1332'],
  'investor-flows': [''],
  'index-bars': ['0000'],
} as const satisfies Partial<Record<SideTableName, readonly string[]>>;
type Name = keyof typeof CODES;
const NAMES = Object.keys(CODES) as Name[];
const CATALOGUE = catalogue.filter(
  ({ scope, inputs = [] }) =>
    scope !== 'graph' &&
    inputs.some((input) => (NAMES as string[]).includes(input)) &&
    inputs.every((input) => ['volume', 'factor', ...(NAMES as string[])].includes(input)),
);

interface Fact {
  readonly name: Name;
  readonly row: SideRow;
}
const fact = (first: number, last: number): fc.Arbitrary<Fact> =>
  fc.constantFrom(...NAMES).chain((name) =>
    fc
      .record({
        code: fc.constantFrom(...CODES[name]),
        period: fc.integer({ min: first, max: last }),
        delay: fc.constantFrom(0, 0, 1, 4, 20),
        minute: fc.option(fc.integer({ min: 500, max: 1200 }), { freq: 3 }),
        value: fc.integer({ min: 1, max: 9 }),
      })
      .map(({ code, period, delay, minute, value }) => ({
        name,
        row: { code, period, known: { day: period + delay, minute }, values: valuesOf(name, period, value) },
      })),
  );

function valuesOf(name: Name, period: number, value: number): Record<string, number> {
  const values = Object.fromEntries(SIDE_TABLES[name].columns.map((column, c) => [column, value * 10 + c]));
  const year = { quarter: 1 + (period % 4), fiscal_year_end: LAST + 90, document: 1, standard: 1 };
  return name === 'statements' ? { ...values, ...year } : values;
}

const other = ({ name, row }: Fact): Fact => ({
  name,
  row: { ...row, values: { ...row.values, [SIDE_TABLES[name].columns.at(name === 'statements' ? 2 : 0)!]: 7777 } },
});

async function write(into: string, facts: readonly Fact[]) {
  const named = NAMES.filter((name) => facts.some((fact) => fact.name === name));
  const tables = named.map((name) => ({ name, path: join(folder, into, `${name}.parquet`) }));
  for (const { name, path } of tables)
    await writeSideRows(
      path,
      name,
      facts.filter((fact) => fact.name === name).map(({ row }) => row),
    );
  return tables;
}

async function features(version: string): Promise<Map<string, number>> {
  const bars = await loadBars(version, { anchor: 'first', factor: true, to: days[59] });
  const tables = await loadSideTables(version, { codes: bars.codes });
  const columns = computeFeatures(
    bars,
    CATALOGUE.map(({ name }) => name),
    undefined,
    catalogue,
    tables,
  );
  const values = new Map<string, number>();
  for (const [name, column] of columns) for (let i = 0; i < column.length; i++) values.set(`${name} ${i}`, column[i]);
  return values;
}

test('what is added to tables without a finding changes no feature of the days before', async () => {
  expect(CATALOGUE.length).toBeGreaterThan(20);
  const held = fc.sample(fact(FIRST, LAST), { seed: 5, numRuns: 150 });
  // A day of a table has one row that is known at its close.
  const keys = ({ name, row }: Fact): string =>
    [name, row.code, row.period, 'knownAtClose' in SIDE_TABLES[name] ? '' : row.known.day].join();
  const base = held.filter((fact, i) => held.findIndex((one) => keys(one) === keys(fact)) === i);
  const previous = join(folder, 'base');
  await importBars({ files: [old], name: 'market', outFolder: previous, tables: await write('held', base) });
  const before = await features(previous);
  expect([...before.values()].filter((value) => !Number.isNaN(value)).length).toBeGreaterThan(1000);
  const outcomes = { refused: 0, silent: 0, told: 0, toldRightly: 0 };
  const known = fc.constantFrom(...base);
  const adding = fc.oneof(
    fc.array(fc.oneof(known, fact(NEXT, NEXT)), { minLength: 1, maxLength: 12 }),
    fc.array(fact(LAST - 3, NEXT), { minLength: 1, maxLength: 2 }),
    fc.array(fact(FIRST, NEXT), { minLength: 1, maxLength: 12 }),
    fc.array(fc.oneof(known, known.map(other)), { minLength: 1, maxLength: 3 }),
  );
  let runs = 0;
  await fc.assert(
    fc.asyncProperty(adding, async (facts) => {
      const run = `run-${runs++}`;
      const outFolder = join(folder, run, 'version');
      const request = { previous, append: { mode: 'new', version: 1 } as const, tables: await write(run, facts) };
      try {
        const { findings, appended } = await importBars({ files: [added], name: 'market', outFolder, ...request });
        const changed = [...(await features(outFolder))].filter(([key, value]) => !Object.is(value, before.get(key)));
        if (findings.some(({ code }) => code === 'restated-table-rows')) {
          outcomes.told++;
          if (changed.length > 0) outcomes.toldRightly++;
          return;
        }
        if (Object.values(appended?.tables ?? {}).some(({ added }) => added > 0)) outcomes.silent++;
        expect(changed).toEqual([]);
      } catch (error) {
        if (!(error instanceof AppError) || !['data/append-table-differs', 'data/unmatched-table'].includes(error.code))
          throw error;
        outcomes.refused++;
      }
    }),
    { numRuns: 24, seed: 11 },
  );
  for (const count of Object.values(outcomes)) expect(count).toBeGreaterThan(1);
});
