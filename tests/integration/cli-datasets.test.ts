// phasor import and phasor datasets: what the checks say, in words and as JSON.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { api } from '../../core/contract/api.ts';
import { CHECKS } from '../../core/data/quality-report.ts';
import { cleanMarket, SPLIT_DAY, SPLITTING, writeMarket, writeSurroundings } from '../support/clean-market.ts';
import { runCli } from '../support/cli.ts';
import { temporaryFolder } from './data-files.ts';

const folder = temporaryFolder();
const workspace = join(folder, 'workspace');
const phasor = async (...argv: string[]): Promise<string> => {
  const { code, stdout, stderr } = await runCli(workspace, argv);
  expect(code, stderr).toBe(0);
  return stdout;
};

test('an import prints its findings and how many checks ran; the report and the actions of a stock can be asked for later', async () => {
  const rows = cleanMarket().filter(({ code }) => code >= SPLITTING && code < '1016');
  rows.push({ ...rows[0], volume: 1 });
  const { sectorFile, actions } = writeSurroundings(join(folder, 'beside'));
  const bars = writeMarket(join(folder, 'files'), rows);
  const looked = await phasor(
    'import',
    bars,
    '--inspect',
    '--sectors',
    sectorFile,
    '--table',
    `corporate-actions=${actions}`,
  );
  expect(looked).toContain(`${sectorFile}: sector=Sector33Code, codes in Code`);
  expect(looked).toMatch(/corporate-actions\n.*column +of the file\n.*code +code\nperiod +period/);
  const unknown = await runCli(workspace, [
    'import',
    bars,
    '--inspect',
    '--sectors',
    sectorFile,
    '--sector-column',
    'x',
  ]);
  expect(unknown.code).not.toBe(0);
  expect(unknown.stderr).toContain('Sector33Code');
  const imported = await phasor(
    'import',
    bars,
    '--name',
    'small',
    '--sectors',
    sectorFile,
    '--table',
    `corporate-actions=${actions}`,
  );
  expect(imported).toMatch(
    /error +1 bar standing more than once for a code and day with different values +- +drop-duplicates-keep-last/,
  );
  expect(imported).toContain(`${CHECKS.length} checks: `);
  expect(imported).toContain(`sectors: column Sector33Code of ${sectorFile}`);
  expect(imported).toContain('calendar XTKS, told from the days (100.0 %');

  expect(await phasor('datasets')).toMatch(/small +1 +1,561 +6 +2018-10-01/);
  const report = await phasor('datasets', 'quality', 'small');
  expect(report).toMatch(/Duplicates +conflicting-duplicate +error +1 bar standing/);
  expect(report).toMatch(/Time zone and session +closed-day +clean +days with bars on which the exchange was closed/);
  expect(report).toMatch(/Survivorship +survivors-only +skipped +too few codes to judge by/);
  expect(await phasor('datasets', 'quality', 'small', '--lang', 'ja')).toMatch(/重複 +conflicting-duplicate/);
  const quality = api.calls['datasets.quality'].output.parse(
    JSON.parse(await phasor('datasets', 'quality', 'small', '--json')),
  );
  expect(quality.checks.find(({ kind }) => kind === 'conflicting-duplicate')?.finding?.count).toBe(1);

  expect(report).toMatch(/conflicting-duplicate:\n {2}row [\d,]+, code 10\d\d, day \d{4}-\d\d-\d\d/);
  const check = await phasor('datasets', 'quality', 'small', '--check', 'conflicting-duplicate');
  expect(check).toMatch(
    /^small version 1\nconflicting-duplicate: error; 1 bar standing.*\n {2}file [\s\S]* volume 1, factor/,
  );

  const listed = await phasor('datasets', 'actions', 'small', SPLITTING);
  expect(listed).toMatch(new RegExp(`${SPLIT_DAY} +split +2\\.0000 +- +table`));
  expect(listed).toMatch(new RegExp(`steps of the adjustment factor:[^]*${SPLIT_DAY} +2\\.0000`));
  expect(await phasor('datasets', 'actions', 'small', SPLITTING, '--as-of', '2018-12-28')).toBe(
    'no corporate actions in its tables\n',
  );

  const next = rows.slice(0, -1).map((row) => (row.code === '1012' ? { ...row, code: '2012' } : row));
  const again = await phasor('import', writeMarket(join(folder, 'next'), next), '--name', 'small');
  expect(again).toContain('1 code of the version before that this version lacks');
  expect(again).toContain('against the version before: 1,300 bars in both, 1 of them changed');
});

test('codes that changed are joined as the command line says, and a slip in it is told', async () => {
  const rows = cleanMarket().filter(({ code }) => code === '1001' || code === '1002');
  const changed = rows.filter(({ code, date }) => (code === '1001') === date < SPLIT_DAY);
  const bars = writeMarket(join(folder, 'changed'), changed);
  const change = ['--code-change', `1001=1002@${SPLIT_DAY}`];
  const imported = await phasor('import', bars, '--name', 'joined', '--calendar', 'XTKS', ...change);
  expect(imported).toMatch(/^joined version 1: 260 bars, 1 stock,/);
  expect(await phasor('datasets', 'quality', 'joined')).toContain(`1001 became 1002 on ${SPLIT_DAY}: 100 bars joined`);
  expect(await phasor('datasets', 'actions', 'joined', '1002')).toMatch(/change of code/);
  const slip = await runCli(workspace, ['import', bars, '--name', 'joined', '--code-change', '1001=1002']);
  expect(slip).toMatchObject({ code: 2, stderr: expect.stringContaining('OLD=NEW@2024-04-01') });
  const calendar = await runCli(workspace, ['import', bars, '--name', 'joined', '--calendar', 'XLON']);
  expect(calendar).toMatchObject({ code: 2, stderr: expect.stringContaining('XTKS') });
});

test('a file of one more day is added on request; without it, what is said points there', async () => {
  const rows = cleanMarket().filter(({ code }) => code >= '1010' && code < '1016');
  const days = [...new Set(rows.map(({ date }) => date))].sort();
  const [common, last] = days.slice(-2);
  const on = (day: string): number => rows.filter(({ date }) => date === day).length;
  const before = writeMarket(
    join(folder, 'before'),
    rows.filter(({ date }) => date !== last),
  );
  // Factors need a day in common.
  const day = writeMarket(
    join(folder, 'day'),
    rows.filter(({ date }) => date >= common),
  );
  const nothing = await runCli(workspace, ['import', day, '--name', 'grows', '--append']);
  expect(nothing.stderr).toContain('There is no dataset grows that rows could be added to');
  await phasor('import', before, '--name', 'grows', '--repair', 'fill-ohl-from-close');
  expect(await phasor('import', day, '--name', 'grows', '--append')).toContain(
    `${on(last)} rows added to version 1, ${on(common)} that it had left out, 0 replaced`,
  );
  const { appended } = api.calls['datasets.quality'].output.parse(
    JSON.parse(await phasor('datasets', 'quality', 'grows', '--json')),
  );
  expect(appended).toMatchObject({ version: 1, added: on(last), files: [day] });
  // The same file again has nothing new.
  expect(await phasor('import', day, '--name', 'grows', '--append')).toContain('grows version 2: ');
  expect(await phasor('import', day, '--name', 'grows')).toMatch(
    /nearly all that it had.*import them again with --append/,
  );
});
