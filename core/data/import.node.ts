// Owns the import: files of daily bars in, a checked and recorded dataset folder out, or nothing at all.
import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic, writeFolderAtomic } from '../base/atomic-file.node.ts';
import { AppError } from '../base/errors.ts';
import { hashValue } from '../base/hash.node.ts';
import type { ColumnMap } from './columns.ts';
import type { DatabaseSelection } from './database-source.node.ts';
import { orDiskFull, requireSpace } from './disk-space.node.ts';
import { Duck } from './duckdb.node.ts';
import { settleEventFactors } from './event-factors.node.ts';
import { FINDINGS } from './findings.ts';
import { settleIntraday } from './intraday.node.ts';
import { BARS_FILE, MANIFEST_FILE } from './load.node.ts';
import {
  type AppliedRepair,
  DATASET_SCHEMA_VERSION,
  type DatasetCode,
  type DatasetManifest,
  type Finding,
  MAX_EXAMPLES,
  mergeFindings,
  type SourceFile,
  type TableSummary,
} from './manifest.ts';
import { createSpans, findBarFindings } from './quality.node.ts';
import { createBarsTable, readIntoBars } from './read-bars.node.ts';
import { applyRepairs } from './repair.node.ts';
import { RepairEffects } from './repair-effects.node.ts';
import { REPAIR_NAMES, type RepairName } from './repairs.ts';
import { readSectors } from './sectors.node.ts';
import { importSideTables, requireTableName, type TableSource } from './side-table-import.node.ts';
import { listSources, prepareSource } from './source.node.ts';
import { openTable } from './source-table.node.ts';
import { sqlText } from './sql.ts';

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

  async run(paths: readonly string[]): Promise<DatasetManifest> {
    const { name, repairs = [], joinIntraday = false } = this.#request;
    const { sources, findings } = await this.#read(paths);
    await settleIntraday(this.#duck, paths, joinIntraday);
    const adjustment = adjustmentOf(sources);
    if (adjustment === 'factor') findings.push(...eventFactors(await settleEventFactors(this.#duck), paths));
    const rowsRead = sources.reduce((sum, { rows }) => sum + rows, 0);
    await this.#refuseUnusable(paths, rowsRead);
    const { sectorSource, sectors } = await this.#readSectors();

    this.#report('check', 0, 1);
    findings.push(...(await findBarFindings(this.#duck, paths)));
    this.#report('repair', 0, repairs.length);
    const applied = repairs.length === 0 ? [] : await this.#repair(repairs, findings);
    await this.#refuseUnusable(paths, rowsRead);

    this.#report('store', 0, 1);
    if (applied.length > 0) await createSpans(this.#duck);
    const codes = await this.#codes(sectors);
    if (sectorSource !== null) findings.push(...withoutSector(codes, sectorSource.path));
    const totals = await this.#duck.row(`SELECT sum(rows) AS rows, min(first) AS first, max(last) AS last,
      (SELECT count(DISTINCT date) FROM bars) AS days, sum(rows) > sum(days) AS repeated FROM spans`);
    await this.#store();
    const tables = await this.#importTables();
    const contentHash = await this.#hash(codes, tables);
    this.#report('store', 1, 1);
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
      sources,
      sectorSource,
      ...(tables.length > 0 && { tables }),
    };
  }

  #report(stage: ImportProgress['stage'], done: number, total: number, detail?: string): void {
    this.#request.onProgress?.({ stage, done, total, detail });
  }

  async #read(paths: readonly string[]): Promise<{ sources: SourceFile[]; findings: Finding[] }> {
    const { columns, dateFormat, encoding, database, signal } = this.#request;
    const sources: SourceFile[] = [];
    const findings: Finding[] = [];
    await createBarsTable(this.#duck);
    for (const [index, path] of paths.entries()) {
      this.#report('prepare', index, paths.length, path);
      const source = await prepareSource(path, { temporaryFolder: this.#work, index, encoding, database, signal });
      this.#report('read', index, paths.length, path);
      const read = await readIntoBars(this.#duck, await openTable(this.#duck, source), index, { columns, dateFormat });
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
  async #repair(repairs: readonly RepairName[], findings: Finding[]): Promise<AppliedRepair[]> {
    const effects = await RepairEffects.watch(this.#duck);
    const applied = await applyRepairs(this.#duck, repairs, (name) => effects.record(name));
    findings.splice(0, findings.length, ...mergeFindings(findings).map((finding) => effects.explain(finding)));
    return applied;
  }

  async #refuseUnusable(paths: readonly string[], rows: number): Promise<void> {
    const { usable } = await this.#duck.row('SELECT count(*) AS usable FROM bars WHERE close > 0 AND factor > 0');
    if (usable === 0) throw new AppError('data/no-usable-rows', { file: paths[0], rows });
  }

  async #readSectors(): Promise<{
    sectorSource: DatasetManifest['sectorSource'];
    sectors: ReadonlyMap<string, string>;
  }> {
    const { sectorFile: path, sectorColumn, signal } = this.#request;
    if (path === undefined) return { sectorSource: null, sectors: new Map() };
    const source = await prepareSource(path, { temporaryFolder: this.#work, index: -1, signal });
    const { column, sectors } = await readSectors(this.#duck, source, sectorColumn);
    return { sectorSource: { path, sha256: source.sha256, column }, sectors };
  }

  #importTables(): Promise<TableSummary[]> {
    const { tables = [], signal } = this.#request;
    return importSideTables(this.#duck, tables, this.#folder, { temporaryFolder: this.#work, signal });
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

  async #store(): Promise<void> {
    await this.#duck.run(`COPY (SELECT code, date, open, high, low, close, volume, factor FROM bars ORDER BY code, date, file, row)
      TO ${sqlText(join(this.#folder, BARS_FILE))} (FORMAT parquet, COMPRESSION zstd)`);
  }

  /** Values as stored, column by column, beneath codes, sectors and row counts; of the tables, their own hashes. */
  async #hash(codes: readonly DatasetCode[], tables: readonly TableSummary[]): Promise<string> {
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
    });
  }
}

function adjustmentOf(sources: readonly SourceFile[]): DatasetManifest['adjustment'] {
  const has = (role: string): boolean =>
    sources.some(({ columns }) => columns.some((choice) => choice.role === role && choice.column !== null));
  if (has('adjustedClose')) return 'adjusted-close';
  return has('factor') ? 'factor' : 'none';
}

function withoutSector(codes: readonly DatasetCode[], file: string): Finding[] {
  const bare = codes.filter(({ sector }) => sector === null);
  if (bare.length === 0) return [];
  const { severity, repair } = FINDINGS['no-sector'];
  const examples = bare
    .slice(0, MAX_EXAMPLES)
    .map(({ code, rows }) => ({ file, row: null, code, day: null, values: { rows } }));
  return [{ code: 'no-sector', severity, count: bare.length, examples, repair }];
}

function eventFactors(count: number, paths: readonly string[]): Finding[] {
  if (count === 0) return [];
  const { severity, repair } = FINDINGS['event-factors'];
  return [
    {
      code: 'event-factors',
      severity,
      count,
      examples: [{ file: paths[0], row: null, code: null, day: null, values: {} }],
      repair,
    },
  ];
}
