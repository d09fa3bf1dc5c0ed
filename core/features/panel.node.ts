// Owns reading a panel folder: opened without its features, then one contiguous range of rows per day's batch.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { hashFile } from '../base/hash.node.ts';
import { Random } from '../base/random.ts';
import { snapshotAt } from '../stockgraph/graph.ts';
import { BatchArena, batchBytes, BufferPool } from './batch-arena.ts';
import { sectorIds, writeBatchGraph } from './batch-graph.ts';
import {
  type BatchTerms,
  type FeatureScaling,
  type PanelBatch,
  type PanelManifest,
  panelManifestSchema,
  scaleColumns,
} from './panel.ts';
import { readSequences } from './sequences.node.ts';
import { type ArraySource, openPanelArray } from './store/parts.node.ts';

export const PANEL_MANIFEST = 'manifest.json';

/**
 * @throws data/damaged-panel when the manifest is not one of this schema, or a file is absent or of another size than it says
 */
export function readPanelManifest(folder: string): PanelManifest {
  const damaged = (file: string, problem: string, cause?: unknown) =>
    new AppError('data/damaged-panel', { folder, file, problem }, cause);
  let manifest: PanelManifest;
  try {
    manifest = panelManifestSchema.parse(JSON.parse(readFileSync(join(folder, PANEL_MANIFEST), 'utf8')));
  } catch (cause) {
    throw damaged(PANEL_MANIFEST, 'is absent, damaged or of another version', cause);
  }
  for (const [file, { bytes }] of Object.entries(manifest.files)) {
    const size = statSync(join(folder, file), { throwIfNoEntry: false })?.size;
    if (size === undefined) throw damaged(file, 'is absent');
    if (size !== bytes) throw damaged(file, `has ${size} bytes instead of ${bytes}`);
  }
  return manifest;
}

/** Whether the panel of that key stands in the folder, whole. */
export function panelStands(folder: string, key: string): boolean {
  try {
    return readPanelManifest(folder).key === key;
  } catch (error) {
    if (error instanceof AppError && error.code === 'data/damaged-panel') return false;
    throw error;
  }
}

/**
 * Reads every byte of the folder and compares hashes; opening alone compares sizes.
 * @param onProgress hears of the bytes read so far, often
 * @throws data/damaged-panel naming the first file that differs
 */
export async function verifyPanel(folder: string, onProgress?: (done: number, total: number) => void): Promise<void> {
  const files = Object.entries(readPanelManifest(folder).files);
  const total = files.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  let done = 0;
  const count = (bytes: number): void => onProgress?.((done += bytes), total);
  for (const [file, { sha256 }] of files)
    if ((await hashFile(join(folder, file), count)) !== sha256)
      throw new AppError('data/damaged-panel', { folder, file, problem: 'has other content than was written' });
}

/** Rows of one day as stored, before fold scaling. */
export interface PanelBlock {
  readonly day: number;
  readonly rowCount: number;
  /** [rowCount, columns]; valid until the next block is asked for. */
  readonly values: Float32Array;
}

/**
 * Holds open files, the scratch to read through, and a buffer for one batch: a batch is valid until the next readBatch of the same
 * reader, unless its caller brings a buffer for it.
 */
export class PanelReader {
  readonly folder: string;
  readonly manifest: PanelManifest;
  /** Epoch day of each day index. */
  readonly days: Int32Array;
  /** Day d owns panel rows dayOffsets[d] .. dayOffsets[d + 1]. */
  readonly dayOffsets: Int32Array;
  readonly #files: Record<
    'stock' | 'prev' | 'history' | 'features' | 'targets' | 'targetsRank' | 'neighbours' | 'correlation',
    ArraySource
  >;
  readonly #foldColumns: readonly number[];
  readonly #snapshotDays: Int32Array;
  readonly #sectorOf: Int32Array;
  readonly #rowOf: Int32Array;
  readonly #pool = new BufferPool();
  #snapshot: { index: number; neighbours: Int32Array; correlation: Float32Array } | undefined;
  #own: ArrayBufferLike = new ArrayBuffer(0);
  #terms: BatchTerms = {};

  /** @throws data/damaged-panel or data/damaged-array */
  static open(folder: string): PanelReader {
    return new PanelReader(folder, readPanelManifest(folder));
  }

  private constructor(folder: string, manifest: PanelManifest) {
    this.folder = folder;
    this.manifest = manifest;
    const { rows, days, horizons, graph, codes } = manifest;
    const opened: ArraySource[] = [];
    const open = (name: string, dtype: '<i4' | '<f4', shape: readonly number[]): ArraySource => {
      const file = openPanelArray(folder, manifest, `${name}.npy`, dtype, shape);
      opened.push(file);
      return file;
    };
    const wholeInt32 = (name: string, length: number): Int32Array => {
      const values = new Int32Array(length);
      const file = open(name, '<i4', [length]);
      file.read(0, values);
      opened.pop();
      file.close();
      return values;
    };
    const snapshotShape = [graph.snapshots, codes.length, graph.k];
    try {
      this.days = wholeInt32('days', days);
      this.dayOffsets = wholeInt32('day_offsets', days + 1);
      this.#snapshotDays = wholeInt32('graph/dayIndex', graph.snapshots);
      this.#files = {
        stock: open('stock', '<i4', [rows]),
        prev: open('prev', '<i4', [rows]),
        history: open('history', '<i4', [rows]),
        features: open('features', '<f4', [rows, manifest.features.length]),
        targets: open('targets', '<f4', [rows, horizons.length]),
        targetsRank: open('targets_rank', '<f4', [rows, horizons.length]),
        neighbours: open('graph/neighbours', '<i4', snapshotShape),
        correlation: open('graph/correlation', '<f4', snapshotShape),
      };
    } catch (error) {
      for (const file of opened) file.close();
      throw error;
    }
    this.#foldColumns = manifest.features.flatMap((feature, column) => (feature.scaling === 'fold' ? [column] : []));
    this.#sectorOf = sectorIds(manifest.sectors);
    this.#rowOf = new Int32Array(codes.length).fill(-1);
  }

  close(): void {
    for (const file of Object.values(this.#files)) file.close();
  }

  get featureNames(): string[] {
    return this.manifest.features.map((feature) => feature.name);
  }

  /** @throws data/panel-lacks-features naming every declared feature that the panel does not hold */
  requireFeatures(declared: readonly string[]): void {
    const held = new Set(this.featureNames);
    const missing = declared.filter((name) => !held.has(name));
    if (missing.length > 0)
      throw new AppError('data/panel-lacks-features', {
        folder: this.folder,
        count: missing.length,
        names: missing.join(', '),
      });
  }

  /** Columns that are scaled over the training fold (market-wide features); the others were scaled within their day. */
  get foldColumns(): readonly number[] {
    return this.#foldColumns;
  }

  /** What batches are given beside what is stored: for another reader of the same panel to read the same. */
  get terms(): BatchTerms {
    return this.#terms;
  }

  set terms(terms: BatchTerms) {
    this.#terms = terms;
  }

  /** From now on batches carry fold columns scaled with these statistics; undefined takes them as stored. */
  useScaling(scaling: FeatureScaling | undefined): void {
    this.#terms = { ...this.#terms, scaling };
  }

  /**
   * From now on batches carry each day's targets dealt out at random among the day's rows, by the seed and the day alone: a panel
   * in which nothing can be found, to hold a whole run against.
   */
  dealTargets(seed: number): void {
    this.#terms = { ...this.#terms, dealSeed: seed };
  }

  /** For each row of a day, the row of the day whose targets it carries. */
  #dealt(day: number, dayRows: number): Int32Array | undefined {
    const { dealSeed } = this.#terms;
    if (dealSeed === undefined) return undefined;
    return new Random(dealSeed, day).shuffle(Int32Array.from({ length: dayRows }, (_, i) => i));
  }

  /** Panel rows of the day whose stock has at least `sequenceLength` bars of history, ascending. A fresh array. */
  eligibleRows(day: number, sequenceLength: number): Int32Array {
    const first = this.dayOffsets[day];
    const history = this.#pool.int32('history', this.dayOffsets[day + 1] - first);
    this.#files.history.read(first, history);
    let count = 0;
    for (const bars of history) if (bars >= sequenceLength) count++;
    const rows = new Int32Array(count);
    for (let i = 0, n = 0; i < history.length; i++) if (history[i] >= sequenceLength) rows[n++] = first + i;
    return rows;
  }

  /** Index into the manifest's codes of each row of the day; valid until asked again. */
  stocksOf(day: number): Int32Array {
    const first = this.dayOffsets[day];
    const stocks = this.#pool.int32('stocksOf', this.dayOffsets[day + 1] - first);
    this.#files.stock.read(first, stocks);
    return stocks;
  }

  /** One row's features as stored; a fresh array. */
  featuresOf(row: number): Float32Array {
    const values = new Float32Array(this.manifest.features.length);
    this.#files.features.read(row, values);
    return values;
  }

  /** Days' rows as stored, for fitting statistics; each block replaces the last. */
  *featureBlocks(days: Iterable<number>): Generator<PanelBlock> {
    for (const day of days) {
      const first = this.dayOffsets[day];
      const rowCount = this.dayOffsets[day + 1] - first;
      const values = this.#pool.float32('block', rowCount * this.manifest.features.length);
      this.#files.features.read(first, values);
      yield { day, rowCount, values };
    }
  }

  /** As featureBlocks, of the fold columns alone, which all stocks of a day share: the first row of each day, for all of them. */
  *sharedBlocks(days: Iterable<number>): Generator<PanelBlock & { times: number }> {
    const values = new Float32Array(this.manifest.features.length);
    for (const day of days) {
      const first = this.dayOffsets[day];
      const times = this.dayOffsets[day + 1] - first;
      if (times > 0) this.#files.features.read(first, values);
      yield { day, rowCount: Math.min(1, times), times, values };
    }
  }

  /** As featureBlocks, of the targets: [rowCount, H], NaN where unknown. */
  *targetBlocks(days: Iterable<number>): Generator<PanelBlock> {
    for (const day of days) {
      const first = this.dayOffsets[day];
      const rowCount = this.dayOffsets[day + 1] - first;
      const values = this.#pool.float32('targetBlock', rowCount * this.manifest.horizons.length);
      this.#files.targets.read(first, values);
      yield { day, rowCount, values };
    }
  }

  /** Bytes of a batch of that many rows. */
  bytesOfBatch(sequenceLength: number, size: number): number {
    const { features, horizons, graph } = this.manifest;
    return batchBytes({ size, sequenceLength, features: features.length, horizons: horizons.length, slots: graph.k });
  }

  /**
   * One day's cross-section.
   * @param rows panel rows of the day (a chunk of eligibleRows); all eligible rows when left out
   * @param buffer receives the batch, bytesOfBatch at least; the reader's own where left out
   * @throws RangeError for rows of another day or of a stock with fewer than sequenceLength bars: a caller's bug
   */
  readBatch(
    day: number,
    sequenceLength: number,
    rows = this.eligibleRows(day, sequenceLength),
    buffer = this.#ownBuffer(this.bytesOfBatch(sequenceLength, rows.length)),
  ): PanelBatch {
    const size = rows.length;
    const { horizons } = this.manifest;
    const dayFirst = this.dayOffsets[day];
    const dayRows = this.dayOffsets[day + 1] - dayFirst;
    for (const row of rows)
      if (row < dayFirst || row >= dayFirst + dayRows) throw new RangeError(`row ${row} is not of day ${day}`);
    const arena = new BatchArena(buffer);
    const x = arena.float32(sequenceLength * size * this.manifest.features.length);
    readSequences({ files: this.#files, dayOffsets: this.dayOffsets, pool: this.#pool }, day, sequenceLength, rows, x);
    scaleColumns(x, this.manifest.features.length, this.#foldColumns, this.#terms.scaling);

    const stockOfDay = this.#pool.int32('stockOfDay', dayRows);
    this.#files.stock.read(dayFirst, stockOfDay);
    const stock = arena.int32(size);
    for (let n = 0; n < size; n++) stock[n] = stockOfDay[rows[n] - dayFirst];

    const columns = horizons.length;
    const dealt = this.#dealt(day, dayRows);
    const gathered = (name: 'targets' | 'targetsRank'): Float32Array => {
      const whole = this.#pool.float32(`${name}OfDay`, dayRows * columns);
      this.#files[name].read(dayFirst, whole);
      const out = arena.float32(size * columns);
      for (let n = 0; n < size; n++) {
        const from = dealt ? dealt[rows[n] - dayFirst] : rows[n] - dayFirst;
        for (let h = 0; h < columns; h++) out[n * columns + h] = whole[from * columns + h];
      }
      return out;
    };
    const k = this.manifest.graph.k;
    const graph = {
      neighbours: arena.int32(size * k),
      edgeMask: arena.float32(size * k),
      edges: arena.float32(size * k * 3),
    };
    writeBatchGraph(graph, this.#snapshotFor(day), stock, k, this.#sectorOf, this.#rowOf);
    return {
      day,
      size,
      sequenceLength,
      x,
      rows,
      stock,
      targets: gathered('targets'),
      targetsRank: gathered('targetsRank'),
      ...graph,
    };
  }

  #ownBuffer(bytes: number): ArrayBufferLike {
    if (this.#own.byteLength < bytes) this.#own = new ArrayBuffer(Math.ceil(bytes * 1.25));
    return this.#own;
  }

  #snapshotFor(day: number): { neighbours: Int32Array; correlation: Float32Array } | undefined {
    const index = snapshotAt({ dayIndex: this.#snapshotDays }, day);
    if (index < 0) return undefined;
    if (this.#snapshot?.index !== index) {
      const length = this.manifest.codes.length * this.manifest.graph.k;
      const held = this.#snapshot ?? { neighbours: new Int32Array(length), correlation: new Float32Array(length) };
      this.#snapshot = undefined; // not half replaced, should a read fail
      this.#files.neighbours.read(index, held.neighbours);
      this.#files.correlation.read(index, held.correlation);
      this.#snapshot = { index, neighbours: held.neighbours, correlation: held.correlation };
    }
    return this.#snapshot;
  }
}
