// phasor import: files of daily bars become a version of a dataset.
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { workspacePaths } from '../../../core/app/paths.ts';
import { AppError } from '../../../core/base/errors.ts';
import { copyQuery } from '../../../core/data/database-source.node.ts';
import type { Locale } from '../../../core/base/messages/table.ts';
import { type FindingCode, FINDINGS, findingText } from '../../../core/data/findings.ts';
import { COLUMN_ROLES } from '../../../core/data/columns.ts';
import { CALENDAR_NAMES, type CalendarName } from '../../../core/data/calendars.ts';
import { DATE_FORMATS } from '../../../core/data/dates.ts';
import { REPAIR_NAMES, REPAIRS } from '../../../core/data/repairs.ts';
import { SIDE_TABLE_NAMES } from '../../../core/data/side-tables.ts';
import type { DatasetVersion, Finding } from '../../../core/contract/entities.ts';
import { type InspectionView, jobResults } from '../../../core/contract/views.ts';
import type { Cli } from '../command.ts';
import { summariseQuality } from './datasets.ts';
import { counted, formatBytes, formatCount, formatTable } from '../format.ts';

interface ImportOptions {
  name?: string;
  column?: string[];
  sectors?: string;
  sectorColumn?: string;
  table?: string[];
  sourceTable?: string;
  sourceQuery?: string;
  repair?: string[];
  dateFormat?: string;
  encoding?: string;
  joinIntraday?: boolean;
  calendar?: CalendarName;
  marketIndex?: string;
  codeChange?: string[];
  inspect?: boolean;
}

const collect = (value: string, before: string[] = []): string[] => [...before, value];

const repairLines = (): string => REPAIR_NAMES.map((name) => `  ${name}\n      ${REPAIRS[name].en}`).join('\n');

/** "close=Adj Close" to ["close", "Adj Close"]. */
function parsePairs(option: string, form: string, pairs: readonly string[] = []): [string, string][] {
  return pairs.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new AppError('input/bad-option', { option: `${option} ${pair}`, problem: `write ${form}` });
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}

/** "OLD=NEW@2024-04-01" */
function parseCodeChanges(texts: readonly string[] = []): { from: string; to: string; day: string }[] {
  return texts.map((text) => {
    const parts = /^(?<from>[^=]+)=(?<to>[^@]+)@(?<day>\d{4}-\d{2}-\d{2})$/.exec(text)?.groups;
    if (!parts)
      throw new AppError('input/bad-option', { option: `--code-change ${text}`, problem: 'write OLD=NEW@2024-04-01' });
    return { from: parts.from, to: parts.to, day: parts.day };
  });
}

/** What a query gives of each file, as files beside those that were uploaded: an import that is tried again finds them. */
function queried(files: readonly string[], query: string, workspace: string): Promise<string[]> {
  return Promise.all(files.map((file) => copyQuery(file, query, join(workspace, workspacePaths.uploads, 'queries'))));
}

export function importCommand(cli: Cli): Command {
  return new Command('import')
    .description(
      'import daily bars from CSV (plain, .gz, .zst) or Parquet, files or folders, or from a table of DuckDB or SQLite',
    )
    .argument('<files...>', 'files, or folders of files')
    .option('--name <name>', 'name of the dataset; a second import under one name makes a new version')
    .option(
      '--column <role=column>',
      'which column is what (roles below), where the guess is wrong; repeatable',
      collect,
    )
    .option('--sectors <file>', 'a second file that gives each code its sector')
    .option('--sector-column <name>', 'column of that file that holds the sector')
    .option('--source-table <name>', 'table or view to read, where the file is a DuckDB or SQLite database')
    .option('--source-query <select>', 'or the rows of one SELECT on it; the database is only read')
    .option(
      '--table <name=file>',
      'a table to hold beside the bars (names below): CSV, Parquet, or a database that holds one of that name; repeatable',
      collect,
    )
    .option('--repair <rule>', 'repair rule to apply (below); nothing is repaired unless named; repeatable', collect)
    .addOption(
      new Option(
        '--calendar <name>',
        'the exchange whose days the bars are held against, where it cannot be told from them',
      ).choices(CALENDAR_NAMES),
    )
    .option('--market-index <code>', 'the index that stands for the market, where the table of indices has several')
    .option(
      '--code-change <old=new@day>',
      'a stock that changed its code on a day: its bars become one history under the new one; repeatable',
      collect,
    )
    .option('--date-format <name>', 'format of the dates (below), where it cannot be told from them')
    .option('--encoding <name>', 'encoding of the files: utf-8, shift_jis, ...')
    .option('--join-intraday', 'join several bars of a day into one')
    .option('--inspect', 'show what would be imported, and import nothing')
    .addHelpText(
      'after',
      `\nRoles of columns: ${COLUMN_ROLES.join(', ')}` +
        `\n\nTables beside the bars: ${SIDE_TABLE_NAMES.join(', ')}` +
        `\n\nRepairs, in the order in which they are applied:\n${repairLines()}` +
        `\n\nDate formats: ${DATE_FORMATS.map(({ name }) => `"${name}"`).join(', ')}` +
        '\n\nExample:\n  phasor import prices.csv.gz --name sp500 --column close="Adj Close" --sectors sectors.csv' +
        '\n  phasor import market.duckdb --source-table bars --name tokyo --table statements=statements.parquet',
    )
    .action(async (files: string[], options: ImportOptions, command: Command) => {
      const columns = Object.fromEntries(parsePairs('--column', 'role=column', options.column));
      const tables = parsePairs('--table', 'name=file', options.table).map(([name, path]) => ({ name, path }));
      const { encoding, sourceTable, sourceQuery } = options;
      await cli.act(command, options.inspect ? 'none' : 'write', async ({ client, out, follow, workspace }) => {
        const read = sourceQuery === undefined ? files : await queried(files, sourceQuery, workspace);
        if (options.inspect) {
          const found = await client.call('datasets.inspect', { files: read, columns, encoding, sourceTable });
          out.result(found, describeInspection(found));
          return;
        }
        if (!options.name)
          throw new AppError('input/bad-option', {
            option: '--name',
            problem: 'is required; any name of letters, digits, dots, dashes and underscores',
          });
        const { jobId } = await client.call('datasets.import', {
          files: read,
          name: options.name,
          columns,
          sectors: options.sectors,
          sectorColumn: options.sectorColumn,
          tables,
          repairs: options.repair ?? [],
          dateFormat: options.dateFormat,
          encoding,
          sourceTable,
          joinIntraday: options.joinIntraday,
          calendar: options.calendar,
          marketIndex: options.marketIndex,
          codeChanges: parseCodeChanges(options.codeChange),
        });
        const result = jobResults.import.parse(await follow(jobId));
        const quality = await client.call('datasets.quality', {
          dataset: result.dataset,
          version: result.version.version,
        });
        out.result(
          result,
          `${describeVersion(result.dataset, result.version, result.findings, out.locale)}\n${summariseQuality(quality)}`,
        );
      });
    });
}

export function describeVersion(
  name: string,
  version: DatasetVersion,
  findings: readonly Finding[],
  locale: Locale,
): string {
  const lines = [
    `${name} version ${version.version}${version.synthetic ? ' (synthetic)' : ''}: ${counted(version.rows, 'bar')}, ` +
      `${counted(version.stocks, 'stock')}, ${version.firstDay} to ${version.lastDay} (${counted(version.days, 'day')})`,
  ];
  const columns = Object.entries(version.columns).map(([role, column]) => `${role}=${column}`);
  lines.push(`columns: ${columns.join(', ')}`);
  if (findings.length === 0) lines.push('no findings');
  else {
    const rows = findings.map((f) => [
      f.severity,
      describeFinding(f, locale),
      f.repair ?? '-',
      offeredRepair(f, version) ?? '-',
      example(f, version),
    ]);
    lines.push(formatTable(['severity', 'finding', 'repaired by', 'offered: --repair', 'for example'], rows));
  }
  return lines.join('\n');
}

function describeInspection({ files, previews }: InspectionView): string {
  const parts = previews.map(({ path, format, encoding, bytes, columns, missing, names, rows }) => {
    const roles = columns.map(({ role, column, reason }) => [role, column ?? '-', reason]);
    return [
      `${path}: ${format}, ${encoding}, ${formatBytes(bytes)}`,
      formatTable(['role', 'column', 'because of'], roles),
      ...(missing.length > 0 ? [`needed, and not found: ${missing.join(', ')}; say --column role=name`] : []),
      formatTable(names, rows.slice(0, 3)),
    ].join('\n');
  });
  if (files.length > previews.length) parts.push(`and ${counted(files.length - previews.length, 'more file')}`);
  return parts.join('\n\n');
}

/** In words where this version knows the finding, as one of its own. */
export function describeFinding({ kind, count }: Finding, locale: Locale): string {
  return Object.hasOwn(FINDINGS, kind)
    ? findingText(kind as FindingCode, count, locale)
    : `${kind} ${formatCount(count)}`;
}

/** The repair that would deal with the finding, where it was not applied. */
function offeredRepair({ kind }: Finding, { repairs }: DatasetVersion): string | null {
  const offered = Object.hasOwn(FINDINGS, kind) ? FINDINGS[kind as FindingCode].repair : null;
  return repairs.some(({ rule }) => rule === offered) ? null : offered;
}

/** The first example; its file only where there are several and it stands in a row of one. */
function example({ examples }: Finding, { sources }: DatasetVersion): string {
  const [first] = examples;
  if (!first) return '';
  return Object.entries(first)
    .filter(([key, value]) => value !== null && !(key === 'file' && (sources.length === 1 || first.row === null)))
    .map(([key, value]) => `${key} ${typeof value === 'number' ? Number(value.toPrecision(6)) : value}`)
    .join(', ');
}
