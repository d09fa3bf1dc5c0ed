// Owns the import: files of daily bars in, a checked and recorded dataset folder out, or nothing at all.
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic, writeFolderAtomic } from '../base/atomic-file.node.ts';
import { toEpochDay } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import { hashValue } from '../base/hash.node.ts';
import {
  type AppendRequest,
  type Base,
  findingsOfReading,
  type Joined,
  joinBase,
  openBase,
  tablesOfBase,
} from './append.node.ts';
import { noteAsRead, storeAsRead } from './as-read.node.ts';
import { type BarLayout, barLayout } from './bar-order.node.ts';
import { CALENDAR_NAMES, type CalendarName } from './calendars.ts';
import type { ColumnMap, ColumnRole } from './columns.ts';
import { type ChainLink, type CodeChange, codeChains, type FactorKind } from './corporate-actions.ts';
import { createLearnedActions, findActionFindings, joinCodes, storeActions } from './corporate-actions.node.ts';
import type { DatabaseSelection } from './database-source.node.ts';
import { orDiskFull, requireSpace } from './disk-space.node.ts';
import { findDrift } from './drift.node.ts';
import { Duck } from './duckdb.node.ts';
import { settleAddedEvents, settleEventFactors } from './event-factors.node.ts';
import { FINDINGS } from './findings.ts';
import { settleIntraday } from './intraday.node.ts';
import { BARS_FILE, MANIFEST_FILE } from './load.node.ts';
import {
  type AppendedTo,
  type AppliedRepair,
  DATASET_SCHEMA_VERSION,
  type DatasetCalendar,
  type DatasetCode,
  type DatasetManifest,
  type Finding,
  MAX_EXAMPLES,
  mergeFindings,
  type SourceFile,
  type TableSummary,
} from './manifest.ts';
import { createSpans, findBarFindings } from './quality.node.ts';
import { skippedChecks } from './quality-report.ts';
import { findSectorFindings, findTableFindings, reportsPeriods } from './quality-tables.node.ts';
import { createBarsTable, readIntoBars } from './read-bars.node.ts';
import { applyRepairs } from './repair.node.ts';
import { RepairEffects } from './repair-effects.node.ts';
import { REPAIR_NAMES, type RepairName } from './repairs.ts';
import { readSectors } from './sectors.node.ts';
import { BROADEST_INDICES } from './market-index.ts';
import { sideTableFile } from './side-tables.node.ts';
import { importSideTables, requireTableName, type TableSource } from './side-table-import.node.ts';
import { listSources, prepareSource } from './source.node.ts';
import { openTable } from './source-table.node.ts';
import { sqlText } from './sql.ts';
import { findTableDrift } from './table-drift.node.ts';

export interface ImportRequest {
  /** Files or folders of CSV (plain, .gz, .zst) or Parquet. */
  files: readonly string[];
  name: string;
  /** Becomes the dataset folder; replaced whole if it exists. */
  outFolder: string;
  sectorFile?: string;
  sectorColumn?: string;
  columns?: Partial<ColumnMap>;
  /** Name of a format of DATE_FORMATS. */
  dateFormat?: string;
  /** WHATWG label of the sources' encoding. */
  encoding?: string;
  /** What to read of files that are DuckDB or SQLite databases; others are refused with it. */
  database?: DatabaseSelection;
  /** Join several bars of a day into one instead of refusing them. */
  joinIntraday?: boolean;
  repairs?: readonly RepairName[];
  /** Tables to hold beside the bars; several files of one table are joined. */
  tables?: readonly TableSource[];
  /** The exchange whose days the bars are held against; told from the days themselves unless given. */
  calendar?: CalendarName;
  /** Code of the index that stands for the market, of a table of indices; the broadest that is known, where it is among those that begin first, unless given. */
  marketIndex?: string;
  /** What a column of factors holds; told from the factors and prices unless given. */
  factors?: FactorKind;
  /** Codes that became others: their bars become one history under the newest. */
  codeChanges?: readonly CodeChange[];
  /** Folder of the version before, to tell what changed. */
  previous?: string;
  /** Adds the files' rows to those of `previous` instead of taking their place; its repairs, tables, sectors and chosen columns stay. */
  append?: AppendRequest;
  /** Ceiling of DuckDB's buffers; larger sets spill to disk beside `outFolder`. */
  memoryLimit?: string;
  onProgress?: (progress: ImportProgress) => void;
  signal?: AbortSignal;
}

export interface ImportProgress {
  stage: 'prepare' | 'read' | 'check' | 'repair' | 'store';
  done: number;
  total: number;
  detail?: string;
}

/**
 * Imports bars. Findings describe the data as read, before repairs; no repair is applied unless named.
 * @throws AppError input/*, data/* as documented where they arise, resource/disk-full and cancelled; nothing is left behind
 */
export async function importBars(request: ImportRequest): Promise<DatasetManifest> {
  for (const name of request.repairs ?? [])
    if (!REPAIR_NAMES.includes(name))
      throw new AppError('input/unknown-repair', { name, known: REPAIR_NAMES.join(', ') });
  if (request.calendar !== undefined && !CALENDAR_NAMES.includes(request.calendar))
    throw new AppError('input/unknown-calendar', { name: request.calendar, known: CALENDAR_NAMES.join(', ') });
  const paths = listSources(request.files);
  if (request.sectorFile !== undefined) listSources([request.sectorFile]);
  for (const { name, path } of request.tables ?? []) {
    requireTableName(name);
    listSources([path]);
  }
  requireSpace(paths, request.outFolder);
  return writeFolderAtomic(request.outFolder, async (folder) => {
    const work = join(folder, 'work');
    mkdirSync(work);
    const { memoryLimit, signal } = request;
    const duck = await Duck.open({ memoryLimit, temporaryFolder: work, signal });
    try {
      const manifest = await new Import(request, duck, work, folder).run(paths);
      writeFileAtomic(join(folder, MANIFEST_FILE), `${JSON.stringify(manifest, null, 1)}\n`);
      return manifest;
    } catch (error) {
      throw orDiskFull(error, paths, request.outFolder);
    } finally {
      duck.close();
      rmSync(work, { recursive: true, force: true });
    }
  });
}

class Import {
  readonly #request: ImportRequest;
  readonly #duck: Duck;
  readonly #work: string;
  readonly #folder: string;

  constructor(request: ImportRequest, duck: Duck, work: string, folder: string) {
    this.#request = request;
    this.#duck = duck;
    this.#work = work;
    this.#folder = folder;
  }

  async run(files: readonly string[]): Promise<DatasetManifest> {
    const { name, joinIntraday = false, codeChanges: changes = [], previous, append } = this.#request;
    const base = append === undefined ? null : await openBase(this.#duck, previous, name);
    const { sources, findings } = await this.#read(files, base);
    const paths = sources.map(({ path }) => path);
    const adjustment = adjustmentOf(sources.slice(base?.manifest.sources.length));
    const told = this.#request.factors;
    const repairs = [...new Set([...(base?.manifest.repairs ?? []).map(({ name }) => name), ...this.#repairs])];
    const how = { paths, joinIntraday, adjustment, codeChanges: changes, told, repairs };
    const joined = base && append && (await joinBase(this.#duck, base, { request: append, ...how }));
    findings.push(...(joined?.findings ?? []));
    const codeChanges = await joinCodes(this.#duck, changes);
    await createLearnedActions(this.#duck, codeChanges);
    await settleIntraday(this.#duck, paths, joinIntraday);
    if (adjustment === 'factor') findings.push(...(await this.#settleFactors(paths, base)));
    const rowsRead = sources.reduce((sum, { rows }) => sum + rows, 0);
    await this.#refuseUnusable(paths, rowsRead);
    const { sectorSource, sectors, listed } = await this.#readSectors(base);
    const { summaries: given, appended: tableRows } = await this.#importTables(base);
    const marketIndex = await this.#marketIndex(given, base);

    this.#report('check', 0, 1);
    const layout = await barLayout(this.#duck);
    const { calendar, findings: found } = await this.#check(paths, given, layout, base);
    findings.push(...differingColumns(sources));
    // Where no file has the column, one finding says so, not one of every row.
    findings.push(...found.filter(({ code }) => code !== 'missing-volume' || hasRole(sources, 'volume')));
    this.#report('repair', 0, repairs.length);
    if (repairs.length > 0) await noteAsRead(this.#duck, this.#work);
    const applied = repairs.length === 0 ? [] : await this.#repair(repairs, findings, layout.repeated);
    const rowsAsRead = applied.length === 0 ? 0 : await storeAsRead(this.#duck, this.#work, this.#folder);
    await this.#refuseUnusable(paths, rowsRead);

    this.#report('store', 0, 1);
    if (applied.length > 0) await createSpans(this.#duck, layout.repeated);
    const codes = await this.#codes(sectors);
    if (sectorSource !== null) findings.push(...findSectorFindings(codes, sectorSource.path, listed));
    const drift =
      previous === undefined ? null : await findDrift(this.#duck, previous, paths[base?.manifest.sources.length ?? 0]);
    findings.push(...(drift?.findings ?? []));
    const totals = await this.#duck.row(`SELECT sum(rows) AS rows, min(first) AS first, max(last) AS last,
      (SELECT count(DISTINCT date) FROM bars) AS days, sum(rows) > sum(days) AS repeated FROM spans`);
    await this.#store(applied.length > 0 ? (await barLayout(this.#duck)).order : layout.order);
    const tables = await storeActions(this.#duck, this.#folder, given);
    if (drift !== null && previous !== undefined)
      findings.push(...(await findTableDrift(this.#duck, previous, this.#folder, tables, calendar?.name)));
    const contentHash = await this.#hash(codes, tables, marketIndex);
    this.#report('store', 1, 1);
    const allChanges = [...(base?.manifest.codeChanges ?? []), ...codeChanges];
    return {
      schemaVersion: DATASET_SCHEMA_VERSION,
      name,
      contentHash,
      rows: Number(totals.rows),
      rowsRead,
      firstDay: String(totals.first),
      lastDay: String(totals.last),
      days: Number(totals.days),
      codes,
      adjustment,
      duplicates: totals.repeated === true,
      findings: mergeFindings(findings),
      repairs: applied,
      ...(applied.length > 0 && { rowsAsRead }),
      sources,
      sectorSource,
      calendar,
      skipped: skippedChecks({
        calendar: calendar !== null,
        sectors: sectorSource !== null,
        listingDate: listed.size > 0,
        tables: reportsPeriods(given),
        actions: given.some(({ name }) => name === 'corporate-actions'),
        adjustment,
        volume: hasRole(sources, 'volume'),
        previous: previous === undefined ? 'none' : drift === null ? 'unreadable' : 'compared',
        codes: codes.length,
        days: Number(totals.days),
      }),
      drift: drift?.summary ?? null,
      ...(allChanges.length > 0 && { codeChanges: allChanges }),
      ...(joined && base && append && { appended: { ...appendedTo(base, append, joined), ...tableRows } }),
      ...(tables.length > 0 && { tables }),
      ...(marketIndex !== undefined && { marketIndex }),
    };
  }

  async #check(
    paths: readonly string[],
    tables: readonly TableSummary[],
    layout: BarLayout,
    base: Base | null,
  ): Promise<{ calendar: DatasetCalendar | null; findings: Finding[] }> {
    const { tables: files = [] } = this.#request;
    const before = base?.manifest.calendar;
    const chosen = this.#request.calendar ?? (before?.reason === 'chosen' ? before.name : undefined);
    const { calendar, findings } = await findBarFindings(this.#duck, paths, layout, chosen);
    const actions = files.find(({ name }) => name === 'corporate-actions')?.path ?? '';
    findings.push(...(await findActionFindings(this.#duck, this.#folder, actions)));
    findings.push(...(await findTableFindings(this.#duck, this.#folder, tables)));
    return { calendar, findings };
  }

  #report(stage: ImportProgress['stage'], done: number, total: number, detail?: string): void {
    this.#request.onProgress?.({ stage, done, total, detail });
  }

  get #repairs(): readonly RepairName[] {
    return this.#request.repairs ?? [];
  }

  async #settleFactors(paths: readonly string[], base: Base | null): Promise<Finding[]> {
    if (base?.factors === 'event') return await settleAddedEvents(this.#duck, paths, base.manifest.sources.length);
    return await settleEventFactors(this.#duck, paths, base?.factors ?? this.#request.factors);
  }

  /** What was read before it stands first, sources and what was found in their text. */
  async #read(paths: readonly string[], base: Base | null): Promise<{ sources: SourceFile[]; findings: Finding[] }> {
    const { dateFormat, encoding, database, signal } = this.#request;
    const sources: SourceFile[] = [...(base?.manifest.sources ?? [])];
    const findings: Finding[] = base ? findingsOfReading(base.manifest) : [];
    const columns = { ...(base && chosenColumns(base)), ...this.#request.columns };
    const [first, usualDateFormat] = [sources.length, sources.at(-1)?.dateFormat];
    await createBarsTable(this.#duck);
    for (const [index, path] of paths.entries()) {
      this.#report('prepare', index, paths.length, path);
      const source = await prepareSource(path, { temporaryFolder: this.#work, index, encoding, database, signal });
      this.#report('read', index, paths.length, path);
      const read = await readIntoBars(this.#duck, await openTable(this.#duck, source), first + index, {
        columns,
        dateFormat,
        usualDateFormat,
      });
      if (source.readPath !== path) rmSync(source.readPath);
      findings.push(...read.findings);
      sources.push({
        path,
        sha256: source.sha256,
        bytes: source.bytes,
        rows: read.rows,
        format: source.format,
        table: source.table,
        encoding: source.encoding,
        delimiter: source.delimiter,
        dateFormat: read.dateFormat,
        columns: read.columns,
      });
    }
    this.#report('read', paths.length, paths.length);
    return { sources, findings };
  }

  /** Applies the repairs, and says in the findings what they took care of. */
  async #repair(repairs: readonly RepairName[], findings: Finding[], repeated: boolean): Promise<AppliedRepair[]> {
    const effects = await RepairEffects.watch(this.#duck, repeated);
    const applied = await applyRepairs(this.#duck, repairs, (name) => effects.record(name));
    findings.splice(0, findings.length, ...mergeFindings(findings).map((finding) => effects.explain(finding)));
    return applied;
  }

  async #refuseUnusable(paths: readonly string[], rows: number): Promise<void> {
    const { usable } = await this.#duck.row('SELECT count(*) AS usable FROM bars WHERE close > 0 AND factor > 0');
    if (usable === 0) throw new AppError('data/no-usable-rows', { file: paths[0], rows });
  }

  async #readSectors(base: Base | null): Promise<{
    sectorSource: DatasetManifest['sectorSource'];
    sectors: ReadonlyMap<string, string>;
    listed: ReadonlyMap<string, string>;
  }> {
    const { sectorFile: path, sectorColumn, signal } = this.#request;
    const before = new Map(
      (base?.manifest.codes ?? []).flatMap(({ code, sector }) => (sector === null ? [] : [[code, sector]])),
    );
    const sectorSource = base?.manifest.sectorSource ?? null;
    if (path === undefined) return { sectorSource, sectors: before, listed: new Map() };
    const source = await prepareSource(path, { temporaryFolder: this.#work, index: -1, signal });
    const { column, sectors, listed } = await readSectors(this.#duck, source, sectorColumn);
    return { sectorSource: { path, sha256: source.sha256, column }, sectors: new Map([...before, ...sectors]), listed };
  }

  async #importTables(base: Base | null): Promise<{ summaries: TableSummary[]; appended: Pick<AppendedTo, 'tables'> }> {
    const { tables = [], codeChanges = [], signal, append } = this.#request;
    const prepare = { temporaryFolder: this.#work, signal };
    const held = base ? await tablesOfBase(this.#duck, base, this.#work) : [];
    const links = codeChains(codeChanges);
    const to = base && append ? { held, ...append, ...followed(base) } : undefined;
    const imported = await importSideTables(this.#duck, tables, this.#folder, prepare, links, to);
    // What a table of the version was made of, not the version's own copy of it.
    const before = new Map((base?.manifest.tables ?? []).map(({ name, sources = [] }) => [name, sources]));
    const own = new Set(held.map(({ path }) => path));
    const summaries = imported.summaries.map((summary) => {
      const sources = [
        ...(before.get(summary.name) ?? []),
        ...(summary.sources ?? []).filter(({ path }) => !own.has(path)),
      ];
      return { ...summary, ...(sources.length > 0 ? { sources } : { sources: undefined }) };
    });
    const { appended } = imported;
    return { summaries, appended: Object.keys(appended).length > 0 ? { tables: appended } : {} };
  }

  /** @throws input/unknown-index */
  async #marketIndex(tables: readonly TableSummary[], base: Base | null): Promise<string | undefined> {
    const named = this.#request.marketIndex ?? base?.manifest.marketIndex;
    const held = tables.some(({ name }) => name === 'index-bars');
    const rows = held
      ? await this.#duck.rows(`SELECT code, min(period) AS first FROM
          read_parquet(${sqlText(join(this.#folder, sideTableFile('index-bars')))}, hive_partitioning = false) GROUP BY code ORDER BY first, code`)
      : [];
    const codes = rows.map(({ code }) => String(code));
    if (named !== undefined && !codes.includes(named))
      throw new AppError('input/unknown-index', { code: named, known: codes.slice(0, 20).join(', ') || '-' });
    const first = rows.filter((row) => String(row.first) === String(rows[0].first)).map(({ code }) => String(code));
    return named ?? BROADEST_INDICES.find((code) => first.includes(code));
  }

  async #codes(sectors: ReadonlyMap<string, string>): Promise<DatasetCode[]> {
    const rows = await this.#duck.rows('SELECT code, rows, first, last FROM spans ORDER BY code');
    return rows.map((row) => ({
      code: String(row.code),
      sector: sectors.get(String(row.code)) ?? null,
      rows: Number(row.rows),
      firstDay: String(row.first),
      lastDay: String(row.last),
    }));
  }

  async #store(order: string): Promise<void> {
    await this.#duck.run(`COPY (SELECT code, date, open, high, low, close, volume, factor, file AS source_file, row AS source_row
      FROM bars ${order})
      TO ${sqlText(join(this.#folder, BARS_FILE))} (FORMAT parquet, COMPRESSION zstd)`);
  }

  /** Values as stored, column by column, beneath codes, sectors and row counts; of the tables, their own hashes. */
  async #hash(
    codes: readonly DatasetCode[],
    tables: readonly TableSummary[],
    marketIndex: string | undefined,
  ): Promise<string> {
    const hashes = Array.from({ length: 7 }, () => createHash('sha256'));
    await this.#duck.numbers(
      `SELECT (date - DATE '1970-01-01')::DOUBLE, open, high, low, close, volume, factor
        FROM read_parquet(${sqlText(join(this.#folder, BARS_FILE))})`,
      (columns, rows) => {
        hashes.forEach((hash, c) => {
          hash.update(new Uint8Array(columns[c].buffer, 0, rows * Float64Array.BYTES_PER_ELEMENT));
        });
      },
    );
    return hashValue({
      codes: codes.map(({ code, sector, rows }) => [code, sector, rows]),
      columns: hashes.map((hash) => hash.digest('hex')),
      ...(tables.length > 0 && { tables: tables.map(({ name, sha256 }) => [name, sha256]) }),
      ...(marketIndex !== undefined && { marketIndex }),
    });
  }
}

function hasRole(sources: readonly SourceFile[], role: ColumnRole): boolean {
  return sources.some(({ columns }) => columns.some((choice) => choice.role === role && choice.column !== null));
}

function appendedTo({ manifest }: Base, { version }: AppendRequest, { findings: _, ...counts }: Joined): AppendedTo {
  return { version, contentHash: manifest.contentHash, firstSource: manifest.sources.length, ...counts };
}

/** The changes of codes that the version was told of, for rows of files that still bear the old ones. */
function followed({ manifest: { name, codeChanges = [] } }: Base): { name: string; links: ChainLink[] } {
  const start = Number.NEGATIVE_INFINITY;
  return { name, links: codeChanges.map(({ from, to, day }) => ({ from, to, start, end: toEpochDay(day) })) };
}

/** Those that the user named when the version was imported. */
function chosenColumns({ manifest }: Base): Partial<ColumnMap> {
  const columns = manifest.sources.at(-1)?.columns ?? [];
  const chosen = columns.filter(({ reason }) => reason === 'chosen');
  return Object.fromEntries(chosen.map(({ role, column }) => [role, column]));
}

function adjustmentOf(sources: readonly SourceFile[]): DatasetManifest['adjustment'] {
  if (hasRole(sources, 'adjustedClose')) return 'adjusted-close';
  return hasRole(sources, 'factor') ? 'factor' : 'none';
}

/** Files of one export have the same columns; one that has not may hold other things under them. */
function differingColumns(sources: readonly SourceFile[]): Finding[] {
  const read = ({ columns }: SourceFile): string =>
    columns.map(({ role, column }) => `${role}=${column ?? '-'}`).join(', ');
  const others = sources.filter((source) => read(source) !== read(sources[0]));
  if (others.length === 0) return [];
  const { severity, repair } = FINDINGS['columns-differ'];
  const examples = others
    .slice(0, MAX_EXAMPLES)
    .map((source) => ({ file: source.path, row: null, code: null, day: null, values: { columns: read(source) } }));
  return [{ code: 'columns-differ', severity, count: others.length, examples, repair }];
}
