// What the import wizard keeps: which steps can be gone to, what is asked of the host, and an import that was started before.
import { beforeEach, expect, test } from 'vitest';
import {
  addTable,
  allReady,
  canGo,
  draft,
  everyFile,
  importRequest,
  inPlace,
  isDataFile,
  maybeDatabases,
  proposeName,
  startOver,
  takeUp,
} from '../../../renderer/features/datasets/import/draft.ts';

beforeEach(startOver);

test('files that the importer can read are told by their endings', () => {
  for (const name of [
    'a.csv',
    'a.CSV.gz',
    'a.tsv',
    'a.parquet',
    'a.csv.zst',
    'bars.gz',
    'a.duckdb',
    'a.db',
    'a.SQLITE3',
  ])
    expect(isDataFile(name), name).toBe(true);
  for (const name of ['a.xlsx', 'a.pdf', '.hidden.csv', 'csv', 'a.csv.bak', 'a.dbf'])
    expect(isDataFile(name), name).toBe(false);
});

test('a step can be gone to once what it needs is there', () => {
  expect(canGo('columns')).toBe(false);
  draft.files = [inPlace('/data/a.csv'), { key: 99, name: 'b.csv', bytes: 5, path: null, error: null }];
  expect(allReady.value, 'one is still being sent').toBe(false);
  draft.files[1].path = '/uploads/b.csv';
  expect(canGo('import')).toBe(true);
  draft.sectors = { key: 100, name: 's.csv', bytes: 5, path: null, error: null };
  expect(canGo('import'), 'the sector file is still being sent').toBe(false);
  expect(canGo('findings')).toBe(false);
});

test('only what was chosen is asked for', () => {
  draft.files = [inPlace('/data/my bars.csv')];
  proposeName();
  expect(importRequest()).toEqual({
    files: ['/data/my bars.csv'],
    name: 'my-bars',
    columns: {},
    repairs: [],
    joinIntraday: false,
  });
  Object.assign(draft, {
    dateFormat: 'M/D/YYYY',
    encoding: 'shift_jis',
    sectors: inPlace('/data/s.csv'),
    sectorColumn: 'gics',
  });
  expect(importRequest()).toMatchObject({
    dateFormat: 'M/D/YYYY',
    encoding: 'shift_jis',
    sectors: '/data/s.csv',
    sectorColumn: 'gics',
  });
});

test('a name that was given is not proposed over', () => {
  draft.files = [inPlace('/data/bars.csv')];
  draft.name = 'mine';
  proposeName();
  expect(draft.name).toBe('mine');
});

test('an import that was started before the page was loaded is taken up from its job', () => {
  const request = {
    files: ['/data/a.csv', '/data/b.csv'],
    name: 'sp500',
    sectorFile: '/data/s.csv',
    columns: { close: 'Adj Close' },
    repairs: ['widen-high-low'],
    encoding: 'utf-8',
    joinIntraday: true,
  };
  takeUp('job-1', { task: 'import', request });
  expect(draft).toMatchObject({ step: 'import', jobId: 'job-1', name: 'sp500', result: null });
  const { sectorFile, ...others } = request;
  expect(importRequest()).toEqual({ ...others, sectors: sectorFile });
});

test('what a job of another kind was started with does not break the wizard', () => {
  takeUp('job-2', {});
  expect(draft).toMatchObject({ step: 'import', name: '', files: [] });
});

test('a table beside the bars is asked for with its file, once it is known which one it is and that it fits', () => {
  const database = inPlace('/data/market.duckdb');
  draft.files = [database];
  draft.sourceTable = 'bars';
  addTable(database, 'dividends');
  addTable(database, 'dividends');
  expect(draft.tables).toHaveLength(1);
  expect(everyFile(), 'a file that is named twice is sent once').toHaveLength(1);
  expect(allReady.value, 'its columns are not known to fit yet').toBe(false);
  draft.tables[0].fits = true;
  expect(allReady.value).toBe(true);
  proposeName();
  const request = importRequest();
  expect(request).toMatchObject({
    name: 'market',
    sourceTable: 'bars',
    tables: [{ name: 'dividends', path: '/data/market.duckdb' }],
  });
  addTable({ key: 7, name: 's.csv', bytes: 5, path: null, error: null });
  expect(allReady.value, 'the second is still being sent').toBe(false);
  takeUp('j', { request: { ...request, database: { table: 'bars' }, calendar: 'XTKS' } });
  expect(importRequest()).toEqual({ ...request, calendar: 'XTKS' });
});

test('nothing goes on before it is known whether a table of a database has to be chosen', () => {
  draft.files = [inPlace('/data/market.db'), inPlace('/data/a.csv')];
  expect(maybeDatabases.value).toEqual(['/data/market.db']);
  draft.sourceKnown = false;
  expect(canGo('columns')).toBe(false);
});
