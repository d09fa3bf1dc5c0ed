// phasor import: files of daily bars become a version of a dataset.
import { join, parse } from 'node:path';
import { Command, Option } from 'commander';
import { workspacePaths } from '../../../core/app/paths.ts';
import { AppError } from '../../../core/base/errors.ts';
import { copyQuery } from '../../../core/data/database-source.node.ts';
import type { Locale } from '../../../core/base/messages/table.ts';
import { type FindingCode, FINDINGS, findingText } from '../../../core/data/findings.ts';
import {
  COLUMN_ROLES,
  type ColumnReason,
  columnReasonText,
  type ColumnRole,
  foldName,
} from '../../../core/data/columns.ts';
import { CALENDAR_NAMES, type CalendarName } from '../../../core/data/calendars.ts';
import { DATE_FORMATS } from '../../../core/data/dates.ts';
import { REPAIR_NAMES, REPAIRS } from '../../../core/data/repairs.ts';
import { APPEND_MODES, type AppendMode } from '../../../core/data/manifest.ts';
import { SIDE_TABLE_NAMES, SIDE_TABLES, type SideTableName } from '../../../core/data/side-tables.ts';
import type { DatasetVersion, Finding } from '../../../core/contract/entities.ts';
import type { SectorPreview, SideTablePreview } from '../../../core/contract/views/datasets.ts';
import { type InspectionView, jobResults } from '../../../core/contract/views.ts';
import type { Cli } from '../command.ts';
import { summariseQuality } from './datasets.ts';
import { describeExample } from './example-text.ts';
import { formatBytes, formatCount, formatTable } from '../format.ts';
import { COMMON, examples } from '../words/common.ts';
import { IMPORT } from '../words/import.ts';

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
  append?: AppendMode;
  inspect?: boolean;
}

const collect = (value: string, before: string[] = []): string[] => [...before, value];

const repairLines = (locale: Locale): string =>
  REPAIR_NAMES.map((name) => `  ${name}\n      ${REPAIRS[name][locale]}`).join('\n');

/** "close=Adj Close" to ["close", "Adj Close"]. */
function parsePairs(locale: Locale, option: string, form: string, pairs: readonly string[] = []): [string, string][] {
  return pairs.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1)
      throw new AppError('input/bad-option', { option: `${option} ${pair}`, problem: COMMON[locale].write(form) });
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}

/** "OLD=NEW@2024-04-01" */
function parseCodeChanges(locale: Locale, texts: readonly string[] = []): { from: string; to: string; day: string }[] {
  return texts.map((text) => {
    const parts = /^(?<from>[^=]+)=(?<to>[^@]+)@(?<day>\d{4}-\d{2}-\d{2})$/.exec(text)?.groups;
    if (!parts)
      throw new AppError('input/bad-option', {
        option: `--code-change ${text}`,
        problem: COMMON[locale].write('OLD=NEW@2024-04-01'),
      });
    return { from: parts.from, to: parts.to, day: parts.day };
  });
}

/** What a query gives of each file, as files beside those that were uploaded: an import that is tried again finds them. */
function queried(files: readonly string[], query: string, workspace: string): Promise<string[]> {
  return Promise.all(files.map((file) => copyQuery(file, query, join(workspace, workspacePaths.uploads, 'queries'))));
}

export function importCommand(cli: Cli): Command {
  const help = IMPORT[cli.locale];
  return new Command('import')
    .description(help.about)
    .argument('<files...>', help.files)
    .option('--name <name>', help.name)
    .option('--column <role=column>', help.column, collect)
    .option('--sectors <file>', help.sectors)
    .option('--sector-column <name>', help.sectorColumn)
    .option('--source-table <name>', help.sourceTable)
    .option('--source-query <select>', help.sourceQuery)
    .option('--table <name=file>', help.table, collect)
    .option('--repair <rule>', help.repair, collect)
    .addOption(new Option('--calendar <name>', help.calendar).choices(CALENDAR_NAMES))
    .option('--market-index <code>', help.marketIndex)
    .option('--code-change <old=new@day>', help.codeChange, collect)
    .option('--date-format <name>', help.dateFormat)
    .option('--encoding <name>', help.encoding)
    .option('--join-intraday', help.joinIntraday)
    .addOption(new Option('--append [mode]', help.append).choices(APPEND_MODES).preset('new'))
    .option('--inspect', help.inspect)
    .addHelpText(
      'after',
      `\n${help.roles} ${COLUMN_ROLES.join(', ')}` +
        `\n\n${help.tables} ${SIDE_TABLE_NAMES.join(', ')}` +
        `\n\n${help.repairs}\n${repairLines(cli.locale)}` +
        `\n\n${help.formats} ${DATE_FORMATS.map(({ name }) => `"${name}"`).join(', ')}` +
        `\n${examples(
          cli.locale,
          'phasor import prices.csv.gz --name sp500 --column close="Adj Close" --sectors sectors.csv',
          'phasor import 2026-11-20.csv --name tokyo --append',
          'phasor import market.duckdb --source-table bars --name tokyo --table statements=statements.parquet',
        )}`,
    )
    .action(async (files: string[], options: ImportOptions, command: Command) => {
      const columns = Object.fromEntries(parsePairs(cli.locale, '--column', 'role=column', options.column));
      const tables = parsePairs(cli.locale, '--table', 'name=file', options.table).map(([name, path]) => ({
        name,
        path,
      }));
      const { encoding, sourceTable, sourceQuery } = options;
      await cli.act(command, options.inspect ? 'none' : 'write', async ({ client, out, follow, workspace }) => {
        const read = sourceQuery === undefined ? files : await queried(files, sourceQuery, workspace);
        if (options.inspect) {
          const found = await client.call('datasets.inspect', { files: read, columns, encoding, sourceTable });
          const beside = await Promise.all(
            tables.map(async ({ name, path }) => ({
              path,
              ...(await client.call('datasets.inspectTable', { path, table: name })),
            })),
          );
          const sectors = options.sectors && {
            path: options.sectors,
            ...(await client.call('datasets.inspectSectors', {
              path: options.sectors,
              column: options.sectorColumn,
              codes: codesSeen(found),
            })),
          };
          const parts = [
            describeInspection(found, out.locale),
            ...beside.map((table) => describeTable(table, out.locale)),
            ...(sectors ? [describeSectors(sectors, out.locale)] : []),
          ];
          out.result({ ...found, tables: beside, sectors: sectors || null }, parts.join('\n\n'));
          return;
        }
        if (!options.name)
          throw new AppError('input/bad-option', {
            option: '--name',
            problem: COMMON[out.locale].nameRequired,
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
          append: options.append,
          calendar: options.calendar,
          marketIndex: options.marketIndex,
          codeChanges: parseCodeChanges(cli.locale, options.codeChange),
        });
        const result = jobResults.import.parse(await follow(jobId));
        const quality = await client.call('datasets.quality', {
          dataset: result.dataset,
          version: result.version.version,
        });
        out.result(
          result,
          `${describeVersion(result.dataset, result.version, result.findings, out.locale)}\n${summariseQuality(quality, out.locale)}`,
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
  const words = IMPORT[locale];
  const common = COMMON[locale];
  const counts = [
    common.bars(version.rows),
    common.stocks(version.stocks),
    `${common.span(version.firstDay, version.lastDay)} (${common.days(version.days)})`,
  ];
  const synthetic = version.synthetic ? words.synthetic : '';
  const lines = [`${common.version(name, version.version)}${synthetic}: ${counts.join(common.comma)}`];
  const columns = Object.entries(version.columns).map(([role, column]) => `${role}=${column}`);
  lines.push(`${words.columns}: ${columns.join(', ')}`);
  if (findings.length === 0) lines.push(words.noFindings);
  else {
    const rows = findings.map((f) => [
      words.severity[f.severity],
      describeFinding(f, locale),
      f.repair ?? '-',
      offeredRepair(f, version) ?? '-',
      example(f, version, locale),
    ]);
    lines.push(formatTable(words.heads, rows));
  }
  return lines.join('\n');
}

function describeInspection({ files, previews }: InspectionView, locale: Locale): string {
  const words = IMPORT[locale];
  const parts = previews.map(({ path, format, encoding, bytes, columns, missing, names, rows }) => {
    const roles = columns.map(({ role, column, reason }) => {
      const choice = { role: role as ColumnRole, column, reason: reason as ColumnReason };
      return [role, column ?? '-', columnReasonText(choice, locale)];
    });
    return [
      `${path}: ${format}, ${encoding}, ${formatBytes(bytes)}`,
      formatTable(words.inspected, roles),
      ...(missing.length > 0 ? [words.missing(missing.join(', '))] : []),
      formatTable(names, rows.slice(0, 3)),
    ].join('\n');
  });
  if (files.length > previews.length) parts.push(words.more(files.length - previews.length));
  return parts.join('\n\n');
}

/** Codes of the first rows; a file without a column of codes is called by its one. */
function codesSeen({ previews }: InspectionView): string[] {
  const codes = previews.flatMap(({ path, names, columns, rows }) => {
    const column = columns.find(({ role }) => role === 'code')?.column ?? null;
    return column === null ? [parse(path).name] : rows.map((row) => row[names.indexOf(column)].trim());
  });
  return [...new Set(codes)];
}

/** Which column of the file is which of the table's, and which of the table's it has not. */
function describeTable({ path, table, names }: SideTablePreview & { path: string }, locale: Locale): string {
  const words = IMPORT[locale];
  const known = table === null ? [] : SIDE_TABLES[table as SideTableName].columns;
  const held = (column: string): string => names.find((name) => foldName(name) === foldName(column)) ?? '-';
  const rows = ['code', 'period', 'known_at', ...known].map((column) => [column, held(column)]);
  return [`${path}: ${table ?? '-'}`, formatTable(words.tableColumns, rows)].join('\n');
}

function describeSectors(sectors: SectorPreview & { path: string }, locale: Locale): string {
  const words = IMPORT[locale];
  const { path, column, codeColumn, others, examples } = sectors;
  return [
    words.sectorsFrom(path, column, codeColumn),
    ...(others.length > 0 ? [words.sectorOthers(others)] : []),
    ...examples.map(({ code, sector }) => `  ${code}  ${sector}`),
  ].join('\n');
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
function example({ kind, examples }: Finding, { sources }: DatasetVersion, locale: Locale): string {
  const [first] = examples;
  return first ? describeExample(kind, first, locale, sources.length > 1 && first.row !== null) : '';
}
