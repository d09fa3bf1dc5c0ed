// Owns turning a file of bars into one that DuckDB can be trusted with: found, hashed, read to its end, unpacked, in UTF-8.
// DuckDB alone reads a cut-off .gz as a shorter table without a word, and fails on bytes that are no UTF-8.
import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { closeSync, createReadStream, existsSync, openSync, readdirSync, readSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Transform } from 'node:stream';
import { PassThrough } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TextDecoder } from 'node:util';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import { AppError } from '../base/errors.ts';
import { copyFromDatabase, type DatabaseKind, databaseKind, type DatabaseSelection } from './database-source.node.ts';
import { readHeader } from './csv-header.ts';

export interface PreparedSource {
  /** As the user named it. */
  readonly path: string;
  /** What DuckDB reads: the same file, or an unpacked UTF-8 copy in the temporary folder. */
  readonly readPath: string;
  readonly format: 'csv' | 'parquet';
  readonly encoding: string;
  /** null for Parquet. */
  readonly delimiter: string | null;
  /** Header of a CSV, made distinct; empty for Parquet, whose schema DuckDB reads. */
  readonly header: readonly string[];
  readonly sha256: string;
  readonly bytes: number;
  /** Table or query that was read, where the file is a database. */
  readonly table?: string;
}

export interface PrepareOptions {
  temporaryFolder: string;
  /** Where copies are told apart. */
  index: number;
  /** Encoding label (WHATWG) that overrides detection. */
  encoding?: string;
  /** What to read of a file that is a database. */
  database?: DatabaseSelection;
  signal?: AbortSignal;
}

type Packing = 'none' | 'gzip' | 'zstd';

const EXTENSIONS = /\.(csv|tsv|txt)(\.gz|\.zst|\.zstd)?$|\.parquet$/i;

/**
 * Files as given, folders replaced by the files of bars anywhere below them, in order of their paths.
 * @throws input/file-not-found, data/no-files
 */
export function listSources(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (!existsSync(path)) throw new AppError('input/file-not-found', { path });
    if (!statSync(path).isDirectory()) return [path];
    const found = readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.startsWith('.') && EXTENSIONS.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    if (found.length === 0) throw new AppError('data/no-files', { folder: path });
    return found;
  });
}

/**
 * @throws data/empty-file, data/binary-file, data/truncated-file, data/wrong-encoding, data/wrong-delimiter, data/no-header,
 * input/not-a-database where a table is named of a file that has none, and what copyFromDatabase throws
 */
export async function prepareSource(path: string, options: PrepareOptions): Promise<PreparedSource> {
  const bytes = statSync(path).size;
  if (bytes === 0) throw new AppError('data/empty-file', { file: path });
  const magic = readStart(path, 16);
  const kind = databaseKind(magic);
  if (kind !== null) return prepareDatabase(path, kind, bytes, options);
  if (options.database?.table !== undefined || options.database?.query !== undefined)
    throw new AppError('input/not-a-database', { file: path });
  if (magic.subarray(0, 4).toString('latin1') === 'PAR1') return prepareParquet(path, bytes, options);

  const packing = packingOf(magic);
  const copy = join(options.temporaryFolder, `source-${options.index}.csv`);
  const first = await readAsUtf8(path, packing, options, packing === 'none' ? undefined : copy);
  if (first.unpackedBytes === 0) throw new AppError('data/empty-file', { file: path });
  const readPath = first.encoding === 'utf-8' && packing === 'none' ? path : copy;
  if (first.encoding !== 'utf-8') await transcode(path, packing, first.encoding, copy, options);
  const { delimiter, names } = readHeader(path, readStart(readPath, 1 << 16).toString('utf8'));
  return {
    path,
    readPath,
    format: 'csv',
    encoding: first.encoding,
    delimiter,
    header: names,
    sha256: first.sha256,
    bytes,
  };
}

async function prepareParquet(path: string, bytes: number, options: PrepareOptions): Promise<PreparedSource> {
  const sha256 = await readThrough(path, 'none', options.signal, () => {});
  const format = 'parquet';
  return { path, readPath: path, format, encoding: 'binary', delimiter: null, header: [], sha256, bytes };
}

async function prepareDatabase(
  path: string,
  kind: DatabaseKind,
  bytes: number,
  options: PrepareOptions,
): Promise<PreparedSource> {
  const { temporaryFolder, index, database = {}, signal } = options;
  const sha256 = await readThrough(path, 'none', signal, () => {});
  const format = kind === 'duckdb' ? 'parquet' : 'csv';
  const readPath = join(temporaryFolder, `source-${index}.${format}`);
  const { table, columns } = await copyFromDatabase(path, kind, database, readPath, signal);
  const common = { path, readPath, format, sha256, bytes, table } as const;
  if (format === 'parquet') return { ...common, encoding: 'binary', delimiter: null, header: [] };
  return { ...common, encoding: 'utf-8', delimiter: ',', header: columns };
}

/** First bytes of a file, fewer where it is shorter. */
function readStart(path: string, length: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(file, buffer, 0, length, 0));
  } finally {
    closeSync(file);
  }
}

function packingOf(magic: Buffer): Packing {
  if (magic[0] === 0x1f && magic[1] === 0x8b) return 'gzip';
  if (magic.length >= 4 && magic.readUInt32LE(0) === 0xfd2fb528) return 'zstd';
  return 'none';
}

const KNOWN_BINARIES: readonly [string, string][] = [
  ['PK\u0003\u0004', 'zip or Excel'],
  ['\u00d0\u00cf\u0011\u00e0', 'Excel 97'],
  ['BZh', 'bzip2'],
  ['\u00fd7zX', 'xz'],
  ['ARROW1', 'Arrow'],
];

/** Reads a file to its end, unpacked, and returns the SHA-256 of the file as it lies. @throws data/truncated-file, cancelled */
async function readThrough(
  path: string,
  packing: Packing,
  signal: AbortSignal | undefined,
  visit: (chunk: Buffer) => void,
): Promise<string> {
  const hash = createHash('sha256');
  const tap = new PassThrough();
  tap.on('data', (chunk: Buffer) => hash.update(chunk));
  const unpack: Transform =
    packing === 'gzip' ? createGunzip() : packing === 'zstd' ? createZstdDecompress() : new PassThrough();
  try {
    await pipeline(
      createReadStream(path, { highWaterMark: 1 << 20 }),
      tap,
      unpack,
      async (chunks: AsyncIterable<Buffer>) => {
        for await (const chunk of chunks) visit(chunk);
      },
      { signal },
    );
  } catch (error) {
    if (signal?.aborted) throw new AppError('cancelled', {}, error);
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (packing !== 'none' && /^(Z_|ZSTD_|ERR_ZLIB|ERR_ZSTD)/.test(code))
      throw new AppError('data/truncated-file', { file: path, format: packing }, error);
    throw error;
  }
  return hash.digest('hex');
}

/** Detects the encoding, refuses what is no text, and writes the unpacked bytes to `copy` while it is UTF-8. */
async function readAsUtf8(
  path: string,
  packing: Packing,
  { encoding, signal }: PrepareOptions,
  copy: string | undefined,
): Promise<{ encoding: string; sha256: string; unpackedBytes: number }> {
  let found = encoding?.toLowerCase() ?? 'utf-8';
  let unpackedBytes = 0;
  let carry: Buffer = Buffer.alloc(0);
  const output = copy === undefined ? undefined : openSync(copy, 'w');
  const visit = (chunk: Buffer): void => {
    if (unpackedBytes === 0 && encoding === undefined) found = byteOrderMark(chunk) ?? found;
    unpackedBytes += chunk.length;
    if (!found.startsWith('utf-16') && chunk.includes(0))
      throw new AppError('data/binary-file', { file: path, kind: binaryKind(path) });
    if (found !== 'utf-8') return;
    const text = carry.length === 0 ? chunk : Buffer.concat([carry, chunk]);
    const whole = text.length - unfinishedBytes(text);
    if (isUtf8(text.subarray(0, whole))) carry = Buffer.from(text.subarray(whole));
    else found = 'unknown';
    if (output !== undefined) writeAll(output, chunk);
  };
  let sha256: string;
  try {
    sha256 = await readThrough(path, packing, signal, visit);
  } finally {
    if (output !== undefined) closeSync(output);
  }
  if (found === 'utf-8' && carry.length > 0) found = 'unknown';
  // The only other encoding that bars are commonly found in; transcode() refuses it where it does not hold.
  return { encoding: found === 'unknown' ? 'shift_jis' : found, sha256, unpackedBytes };
}

function binaryKind(path: string): string {
  const start = readStart(path, 8).toString('latin1');
  return KNOWN_BINARIES.find(([signature]) => start.startsWith(signature))?.[1] ?? 'NUL bytes';
}

function byteOrderMark(chunk: Buffer): string | undefined {
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
  if (chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** Bytes at the end that begin a character whose rest is still to come. */
function unfinishedBytes(text: Buffer): number {
  for (let back = 1; back <= Math.min(3, text.length); back++) {
    const byte = text[text.length - back];
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0;
    if (byte < 0x80) return 0;
  }
  return 0;
}

/** Japanese text as opposed to accented letters that happen to be valid Shift-JIS: kana, or two ideographs in a row. */
const JAPANESE = /[\u3041-\u30fe]|[\u4e00-\u9fff]{2}|[\uff66-\uff9f]{2}/;

async function transcode(
  path: string,
  packing: Packing,
  encoding: string,
  copy: string,
  options: PrepareOptions,
): Promise<void> {
  const decoder = decoderFor(encoding);
  const guessed = encoding === 'shift_jis' && options.encoding === undefined;
  let plausible = !guessed;
  let line = 1;
  let firstOddLine = 0;
  const output = openSync(copy, 'w');
  const write = (text: string): void => {
    plausible ||= JAPANESE.test(text);
    writeAll(output, Buffer.from(text, 'utf8'));
  };
  try {
    await readThrough(path, packing, options.signal, (chunk) => {
      for (let from = 0; from < chunk.length; ) {
        const end = chunk.indexOf(10, from) + 1 || chunk.length;
        const piece = chunk.subarray(from, end);
        if (firstOddLine === 0 && piece.some((byte) => byte >= 0x80)) firstOddLine = line;
        write(decodeOrFail(decoder, piece, path, line));
        if (chunk[end - 1] === 10) line++;
        from = end;
      }
    });
    write(decodeOrFail(decoder, undefined, path, line));
  } finally {
    closeSync(output);
  }
  if (!plausible) throw new AppError('data/wrong-encoding', { file: path, line: firstOddLine });
}

function decoderFor(encoding: string): TextDecoder {
  try {
    return new TextDecoder(encoding, { fatal: true });
  } catch (error) {
    throw new AppError('input/unknown-encoding', { name: encoding }, error);
  }
}

function decodeOrFail(decoder: TextDecoder, bytes: Buffer | undefined, file: string, line: number): string {
  try {
    return decoder.decode(bytes, { stream: bytes !== undefined });
  } catch (error) {
    throw new AppError('data/wrong-encoding', { file, line }, error);
  }
}

function writeAll(file: number, bytes: Buffer): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}
