// Owns what is noted beside a panel for those who build the next one: what it was made by and, as a hash, every value that went into it.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../../base/atomic-file.node.ts';
import type { EpochDay } from '../../base/clock.ts';
import type { BarTable } from '../../data/bars.ts';
import { SIDE_TABLE_NAMES, type SideTable, type SideTables } from '../../data/side-tables.ts';

export const STORE_RECORD = 'store.json';

const recordSchema = z.object({
  schema: z.literal(1),
  /** panelKey without the data: panels of one recipe are the same columns of other days. */
  recipe: z.string(),
  /** Epoch day of the last bar. */
  lastDay: z.number().int(),
  /** inputsHash through that day. */
  inputs: z.string(),
  /** Key of the panel that days were added to, and how many; absent where it was built as a whole. */
  extends: z.object({ key: z.string(), days: z.number().int() }).optional(),
});
export type StoreRecord = z.infer<typeof recordSchema>;

export function writeRecord(folder: string, record: StoreRecord): void {
  writeFileAtomic(join(folder, STORE_RECORD), `${JSON.stringify(record)}\n`);
}

/** What stands beside the panel; undefined where nothing does, or what cannot be read or another version wrote. */
export function readRecord(folder: string): StoreRecord | undefined {
  const path = join(folder, STORE_RECORD);
  if (!existsSync(path)) return undefined;
  try {
    return recordSchema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // a damaged note of another panel must not keep this one from being built
    throw error;
  }
}

/** Panels below `root` that the recipe made, through `lastDay` at most, those of the latest day first. */
export function panelsOfRecipe(
  root: string,
  recipe: string,
  lastDay: EpochDay,
): { folder: string; record: StoreRecord }[] {
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .filter((name) => !/\.(tmp|old)$/.test(name)) // on their way in or out
    .flatMap((name) => {
      const folder = join(root, name);
      const record = readRecord(folder);
      return record && record.recipe === recipe && record.lastDay <= lastDay ? [{ folder, record }] : [];
    })
    .sort((a, b) => b.record.lastDay - a.record.lastDay);
}

/**
 * Hash of what features may look at through a day: codes, sectors, every bar, and the rows of side tables that were known by then. Stocks
 * and codes without any row of that time do not count, so that those who come later change nothing.
 */
export function inputsHash(bars: BarTable, through: EpochDay, tables: SideTables = {}): string {
  const hash = createHash('sha256');
  const add = (...parts: (string | ArrayBufferView)[]): void => {
    for (const part of parts)
      hash.update(
        typeof part === 'string' ? `${part}\0` : new Uint8Array(part.buffer, part.byteOffset, part.byteLength),
      );
  };
  const columns = [bars.open, bars.high, bars.low, bars.close, bars.volume, ...(bars.factor ? [bars.factor] : [])];
  bars.codes.forEach((code, stock) => {
    const first = bars.offsets[stock];
    const days = bars.dayIndex.subarray(first, bars.offsets[stock + 1]).map((day) => bars.days[day]);
    const count = countThrough(days, through);
    if (count === 0) return;
    add(code, bars.sectors[stock] ?? '', String(count), days.subarray(0, count));
    add(...columns.map((column) => column.subarray(first, first + count)));
  });
  for (const name of SIDE_TABLE_NAMES) {
    const table = tables[name];
    if (table) addTable(add, name, table, through);
  }
  return hash.digest('hex');
}

function addTable(
  add: (...parts: (string | ArrayBufferView)[]) => void,
  name: string,
  { main, codes, offsets, known, period, columns }: SideTable,
  through: EpochDay,
): void {
  if (main !== undefined) add(name, 'main', main);
  codes.forEach((code, at) => {
    const first = offsets[at];
    const end = first + countThrough(known.subarray(first, offsets[at + 1]), through);
    if (end === first) return;
    add(name, code, String(end - first), known.subarray(first, end), period.subarray(first, end));
    for (const column of Object.keys(columns).sort()) add(column, columns[column].subarray(first, end));
  });
}

/** Values of an ascending list that are at most `limit`. */
function countThrough(ascending: Int32Array, limit: number): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
