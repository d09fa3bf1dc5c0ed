// Owns the folder of a backtest: backtest.json with its figures and curves, the ledgers as columns, and, under scenario/, all that
// trading it again at other costs needs, so that neither the dataset nor the evaluation has to be read for it.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BacktestResult, BacktestSummary } from '../backtest/backtest.ts';
import type { StockContribution } from '../backtest/contributions.ts';
import type { MarketBars } from '../backtest/market.ts';
import { writeFileAtomic, writeFolderAtomic } from '../base/atomic-file.node.ts';
import { AppError } from '../base/errors.ts';
import type { NpyArray } from '../data/npy.ts';
import { readNpy, writeNpy } from '../data/npy.node.ts';
import type { PredictionSet } from '../evaluate/predictions.ts';
import { readPredictions, writePredictions } from '../evaluate/predictions-file.node.ts';

const SCHEMA = 2;
const FILE = 'backtest.json';

export interface BacktestFile {
  schema: typeof SCHEMA;
  result: BacktestSummary;
  /** Of each of result.codes. */
  sectors: readonly (string | null)[];
  stocks: StockContribution[];
  /** See rollingRankIc; null where it is undefined. One value a day. */
  rollingRankIc: (number | null)[];
}

/** Trades, a column each: see TradeLedger. `delisted` is 1 where the position was closed because its bars ended. */
export interface TradeColumns {
  day: Int32Array;
  code: Int32Array;
  shares: Float64Array;
  price: Float64Array;
  cost: Float64Array;
  delisted: Uint8Array;
}

/** Positions at the close of each day, in day order. */
export interface PositionColumns {
  day: Int32Array;
  code: Int32Array;
  shares: Float64Array;
  price: Float64Array;
}

/** What a scenario is traded on: the bars that the backtest could see, and the scores that it saw. */
export interface ScenarioGround {
  bars: MarketBars;
  predictions: PredictionSet;
}

/** Writes the whole folder or nothing, replacing an earlier one. */
export async function writeBacktest(
  folder: string,
  { trades, positions, ...summary }: BacktestResult,
  about: Omit<BacktestFile, 'schema' | 'result'>,
  { bars, predictions }: ScenarioGround,
): Promise<void> {
  await writeFolderAtomic(folder, async (temporary) => {
    const file: BacktestFile = { schema: SCHEMA, result: summary, ...about };
    writeFileAtomic(join(temporary, FILE), JSON.stringify(file));
    writeColumns<TradeColumns>(join(temporary, 'trades'), {
      day: Int32Array.from(trades.day),
      code: Int32Array.from(trades.code),
      shares: Float64Array.from(trades.shares),
      price: Float64Array.from(trades.price),
      cost: Float64Array.from(trades.cost),
      delisted: Uint8Array.from(trades.reason, (reason) => (reason === 'delisted' ? 1 : 0)),
    });
    writeColumns<PositionColumns>(join(temporary, 'positions'), {
      day: Int32Array.from(positions.day),
      code: Int32Array.from(positions.code),
      shares: Float64Array.from(positions.shares),
      price: Float64Array.from(positions.price),
    });
    const { codes: _, ...columns } = bars;
    writeColumns<Omit<MarketBars, 'codes'>>(join(temporary, 'scenario', 'bars'), columns);
    await writePredictions(join(temporary, 'scenario', 'predictions'), predictions);
  });
}

/** @throws data/damaged-backtest, state/old-backtest */
export function readBacktest(folder: string): BacktestFile {
  const path = join(folder, FILE);
  let file: { schema: number };
  try {
    file = JSON.parse(readFileSync(path, 'utf8')) as { schema: number };
  } catch (cause) {
    throw new AppError('data/damaged-backtest', { file: path }, cause);
  }
  if (file.schema !== SCHEMA) throw new AppError('state/old-backtest', { folder });
  return file as BacktestFile;
}

/** @throws data/damaged-backtest */
export function readTrades(folder: string): TradeColumns {
  return readColumns(join(folder, 'trades'), {
    day: Int32Array,
    code: Int32Array,
    shares: Float64Array,
    price: Float64Array,
    cost: Float64Array,
    delisted: Uint8Array,
  });
}

/** @throws data/damaged-backtest */
export function readPositions(folder: string): PositionColumns {
  return readColumns(join(folder, 'positions'), {
    day: Int32Array,
    code: Int32Array,
    shares: Float64Array,
    price: Float64Array,
  });
}

/** @param codes of the backtest @throws data/damaged-backtest, data/damaged-predictions */
export function readScenarioGround(folder: string, codes: readonly string[]): ScenarioGround {
  const bars = readColumns(join(folder, 'scenario', 'bars'), {
    days: Int32Array,
    offsets: Int32Array,
    dayIndex: Int32Array,
    open: Float64Array,
    close: Float64Array,
    volume: Float64Array,
  });
  return { bars: { codes, ...bars }, predictions: readPredictions(join(folder, 'scenario', 'predictions')) };
}

function writeColumns<T extends { [K in keyof T]: NpyArray }>(folder: string, columns: T): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, values] of Object.entries<NpyArray>(columns)) writeNpy(join(folder, `${name}.npy`), values);
}

function readColumns<T extends Record<string, NpyArray>>(
  folder: string,
  types: { [K in keyof T]: new (...args: never[]) => T[K] },
): T {
  const columns = Object.entries(types).map(([name, TypedArray]) => {
    const path = join(folder, `${name}.npy`);
    if (!existsSync(path)) throw new AppError('data/damaged-backtest', { file: path });
    const { values } = readNpy(path);
    if (!(values instanceof TypedArray)) throw new AppError('data/damaged-backtest', { file: path });
    return [name, values];
  });
  return Object.fromEntries(columns) as T;
}
