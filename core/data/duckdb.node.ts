// Owns how this layer talks to DuckDB: one short-lived in-memory instance a job, literals quoted here, chunks into typed arrays.
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, StatementType } from '@duckdb/node-api';
import { AppError } from '../base/errors.ts';
import { sqlText } from './sql.ts';

export interface DuckOptions {
  /** Ceiling for DuckDB's own buffers; beyond it, tables, sorts and windows spill to `temporaryFolder`. */
  memoryLimit?: string;
  /** Made when the first spills, removed on closing; in the system's folder where left out, never in the current one. */
  temporaryFolder?: string;
  signal?: AbortSignal;
}

/** Moments of a zone are days and texts of this one, whatever the machine's: the same file is the same data everywhere. */
const ONE_ZONE = "SET TimeZone = 'UTC'";

export type SqlValue = string | number | boolean | null;
export type SqlRow = Record<string, SqlValue>;

export class Duck {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #signal: AbortSignal | undefined;
  readonly #memoryLimit: string;
  readonly #interrupt = (): void => this.#connection.interrupt();

  private constructor(
    instance: DuckDBInstance,
    connection: DuckDBConnection,
    memoryLimit: string,
    signal: AbortSignal | undefined,
  ) {
    this.#instance = instance;
    this.#connection = connection;
    this.#memoryLimit = memoryLimit;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#interrupt);
  }

  static async open({
    memoryLimit = '1500MB',
    temporaryFolder = join(tmpdir(), `phasor-${randomUUID()}.tmp`),
    signal,
  }: DuckOptions = {}): Promise<Duck> {
    const instance = await DuckDBInstance.create(':memory:', {
      memory_limit: memoryLimit,
      autoinstall_known_extensions: 'false', // nothing is fetched, whatever a file asks for
      autoload_known_extensions: 'false',
      temp_directory: temporaryFolder,
    });
    const duck = new Duck(instance, await instance.connect(), memoryLimit, signal);
    await duck.run(ONE_ZONE);
    return duck;
  }

  /**
   * Opens a database file to read from it: it cannot be changed, and what it holds (views, queries) reaches no file but those in
   * `temporaryFolder`, no network and no extension.
   */
  static async openFile(path: string, options: DuckOptions & { temporaryFolder: string }): Promise<Duck> {
    const { memoryLimit = '1500MB', temporaryFolder, signal } = options;
    const instance = await DuckDBInstance.create(path, {
      access_mode: 'READ_ONLY',
      memory_limit: memoryLimit,
      temp_directory: temporaryFolder,
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    });
    const duck = new Duck(instance, await instance.connect(), memoryLimit, signal);
    await duck.run(ONE_ZONE);
    await duck.run(`SET allowed_directories = [${sqlText(temporaryFolder)}]`);
    await duck.run('SET enable_external_access = false');
    await duck.run('SET lock_configuration = true');
    return duck;
  }

  close(): void {
    this.#signal?.removeEventListener('abort', this.#interrupt);
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  /** Whether a text is one statement that reads. */
  async isOneSelect(sql: string): Promise<boolean> {
    const statements = await this.#connection.extractStatements(sql);
    if (statements.count !== 1) return false;
    const prepared = await statements.prepare(0);
    const type = prepared.statementType;
    prepared.destroySync();
    return type === StatementType.SELECT;
  }

  /** Runs a statement that yields nothing of interest. */
  async run(sql: string): Promise<void> {
    await this.#guard(() => this.#connection.run(sql));
  }

  /** All rows as plain values: whole numbers and decimals as numbers, dates as ISO text. */
  async rows(sql: string): Promise<SqlRow[]> {
    const result = await this.#guard(() => this.#connection.runAndReadAll(sql));
    return result.getRowObjectsJS().map((row) => {
      for (const [name, value] of Object.entries(row)) row[name] = plain(value);
      return row as SqlRow;
    });
  }

  async row(sql: string): Promise<SqlRow> {
    const [first] = await this.rows(sql);
    return first;
  }

  /**
   * Streams the numeric columns of a query, in its order: `visit` gets one typed array a column and chunk. NULL becomes NaN,
   * so cast to DOUBLE whatever may be missing.
   */
  async numbers(sql: string, visit: (columns: readonly Float64Array[], rows: number) => void): Promise<void> {
    const result = await this.#guard(() => this.#connection.stream(sql));
    const buffers = Array.from({ length: result.columnCount }, () => new Float64Array(2048));
    for (;;) {
      const chunk = await this.#guard(() => result.fetchChunk());
      if (chunk === null || chunk.rowCount === 0) return;
      const rows = chunk.rowCount;
      for (let c = 0; c < buffers.length; c++) {
        const vector = chunk.getColumnVector(c);
        if (buffers[c].length < rows) buffers[c] = new Float64Array(rows);
        const buffer = buffers[c];
        for (let i = 0; i < rows; i++) buffer[i] = (vector.getItem(i) as number | null) ?? Number.NaN;
      }
      visit(buffers, rows);
    }
  }

  /** Appends rows to a table whose columns are VARCHAR and DOUBLE. @throws cancelled */
  async append(table: string, rows: AsyncIterable<readonly (string | number | null)[]>): Promise<void> {
    const appender = await this.#guard(() => this.#connection.createAppender(table));
    try {
      for await (const row of rows) {
        if (this.#signal?.aborted) throw new AppError('cancelled', {});
        for (const cell of row) {
          if (cell === null) appender.appendNull();
          else if (typeof cell === 'string') appender.appendVarchar(cell);
          else appender.appendDouble(cell);
        }
        appender.endRow();
      }
    } finally {
      appender.closeSync();
    }
  }

  async #guard<T>(work: () => Promise<T>): Promise<T> {
    if (this.#signal?.aborted) throw new AppError('cancelled', {});
    try {
      return await work();
    } catch (error) {
      if (this.#signal?.aborted) throw new AppError('cancelled', {}, error);
      throw outOfMemory(error, this.#memoryLimit) ?? error;
    }
  }
}

/** DuckDB spills to disk what it can; what it cannot must fit. */
function outOfMemory(error: unknown, limit: string): AppError | undefined {
  if (!(error instanceof Error) || !/^Out of Memory Error/i.test(error.message)) return undefined;
  return new AppError('resource/query-too-large', { limit }, error);
}

function plain(value: unknown): SqlValue {
  if (typeof value === 'bigint') return Number(value);
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value;
  return String(value);
}
