// Owns the synthetic market: seeded bars with a known planted signal, so that a whole chain can be tried against an oracle.
import { toEpochDay } from '../base/clock.ts';
import { Random } from '../base/random.ts';
import type { BarTable } from './bars.ts';
import { HORIZONS } from './horizons.ts';

export interface SyntheticOptions {
  seed?: number;
  stocks?: number;
  days?: number;
  sectors?: number;
  /** 1 plants the default signal, 0 none: the market is then unpredictable and every honest RankIC is about 0. */
  signalStrength?: number;
  /** First calendar day, ISO. Bars stand on weekdays. */
  start?: string;
}

export interface SyntheticMarket {
  /** Always starts with 'synthetic-'; carry it to whatever is made from these bars. */
  readonly name: string;
  readonly bars: BarTable;
  /**
   * Oracle, one array per horizon in HORIZONS order, one value per row in BarTable order: the expected log return from the
   * next close (the entry) to the close h bars after it, given everything known at the row's own close. It is exact: past
   * innovations are known and future ones have mean zero. NaN where the series ends before the entry's first bar.
   */
  readonly expected: readonly Float64Array[];
}

const SECTOR_NAMES = [
  'Energy',
  'Materials',
  'Industrials',
  'Consumer Goods',
  'Health Care',
  'Financials',
  'Technology',
  'Utilities',
  'Real Estate',
  'Transport',
  'Media',
];

/** Stocks per group of close peers inside a sector: the neighbours a correlation graph should find. */
const GROUP_SIZE = 5;

/** Loads of the sector's and the group's move, in units of the stock's own volatility. */
const SECTOR_LOAD = 0.6;
const GROUP_LOAD = 0.7;

// Each signal is an exponentially weighted memory of one kind of past innovation, of unit variance. `weight` is the share of the
// stock's own daily volatility that it adds to the next day's drift, `memory` its daily decay.
const REVERSAL = { weight: -0.09, memory: 0.8 }; // own unexplained moves are partly taken back
const SPILLOVER = { weight: 0.09, memory: 0.9 }; // moves of the sector and of the group's other stocks arrive late
const VOLUME_DRIFT = { weight: 0.06, memory: 0.85 }; // own moves on unusual volume carry on

/** Daily log drift of every stock alike: a market that rises, with nothing in it to rank by. */
const MARKET_DRIFT = 0.0002;

/** Student t with five degrees of freedom, scaled to unit variance: the usual heavy tail of daily returns. */
function heavyTailed(random: Random): number {
  let chi2 = 0;
  for (let i = 0; i < 5; i++) chi2 += random.normal() ** 2;
  return (random.normal() / Math.sqrt(chi2 / 5)) * Math.sqrt(3 / 5);
}

function tradingDays(start: string, count: number): Int32Array {
  const days = new Int32Array(count);
  for (let day = toEpochDay(start), i = 0; i < count; day++) {
    const weekday = (((day + 4) % 7) + 7) % 7; // 1970-01-01 was a Thursday
    if (weekday !== 0 && weekday !== 6) days[i++] = day;
  }
  return days;
}

/** Sum over the bars of the holding period, which starts one bar after the signal's day, of memory^(bars ahead - 1). */
function heldDecay(memory: number, horizon: number): number {
  let sum = 0;
  for (let ahead = 2; ahead <= horizon + 1; ahead++) sum += memory ** (ahead - 1);
  return sum;
}

interface Stock {
  sector: number;
  group: number;
  beta: number;
  volatility: number;
  firstDay: number;
  endDay: number;
}

function drawStocks(random: Random, stocks: number, days: number, sectors: number): Stock[] {
  return Array.from({ length: stocks }, (_, index) => {
    const group = Math.floor(index / GROUP_SIZE);
    const listed = random.uniform();
    const life = Math.floor((0.1 + 0.4 * random.uniform()) * days);
    return {
      sector: group % sectors,
      group,
      beta: 0.7 + 0.6 * random.uniform(),
      volatility: 0.011 * Math.exp(0.3 * random.normal()),
      firstDay: listed < 0.06 ? life : 0, // late listing
      endDay: listed > 0.97 ? days - life : days, // delisted
    };
  });
}

/**
 * A market of `stocks` x `days` with market, sector and group factors, clustered volatility, heavy tails, volume that follows
 * moves, late listings and delistings. Prices are as if already adjusted for splits. Drift can be foreseen from bars alone:
 * short-term reversal of own moves, delayed spillover from sector and group peers, continuation after unusual volume.
 */
export function syntheticMarket(options: SyntheticOptions = {}): SyntheticMarket {
  const {
    seed = 7,
    stocks: count = 120,
    days: dayCount = 500,
    sectors = 8,
    signalStrength = 1,
    start = '2020-01-06',
  } = options;
  const stocks = drawStocks(new Random(seed, 1), count, dayCount, sectors);
  const common = new Random(seed, 2);
  const own = new Random(seed, 3);
  const shape = new Random(seed, 4);
  const groups = Math.ceil(count / GROUP_SIZE);
  const groupSize = new Int32Array(groups);
  for (const stock of stocks) groupSize[stock.group]++;

  const cells = count * dayCount; // [stock, day]
  const open = new Float64Array(cells);
  const high = new Float64Array(cells);
  const low = new Float64Array(cells);
  const close = new Float64Array(cells);
  const volume = new Float64Array(cells);
  const expected = HORIZONS.map(() => new Float64Array(cells));

  const lastClose = Float64Array.from(stocks, () => 8 * Math.exp(1.2 * Math.abs(shape.normal()) + 1));
  const usualVolume = Float64Array.from(stocks, (_, i) => (4e6 / lastClose[i]) * Math.exp(1.2 * shape.normal()));
  const volumeMood = new Float64Array(count);
  const reversal = new Float64Array(count);
  const spillover = new Float64Array(count);
  const volumeDrift = new Float64Array(count);
  const ownMove = new Float64Array(count);
  const sectorMove = new Float64Array(sectors);
  const groupMove = new Float64Array(groups);
  const groupOwnSum = new Float64Array(groups);
  const decays = HORIZONS.map((h) => [REVERSAL, SPILLOVER, VOLUME_DRIFT].map(({ memory }) => heldDecay(memory, h)));
  let logVolatility = 0;

  for (let day = 0; day < dayCount; day++) {
    logVolatility = 0.97 * logVolatility + 0.07 * common.normal();
    const turbulence = Math.exp(logVolatility);
    const marketMove = 0.008 * turbulence * heavyTailed(common);
    for (let s = 0; s < sectors; s++) sectorMove[s] = heavyTailed(common);
    for (let g = 0; g < groups; g++) groupMove[g] = heavyTailed(common);
    groupOwnSum.fill(0);
    for (let i = 0; i < count; i++) {
      ownMove[i] = heavyTailed(own);
      groupOwnSum[stocks[i].group] += ownMove[i];
    }
    for (let i = 0; i < count; i++) {
      const { sector, group, beta, volatility, firstDay, endDay } = stocks[i];
      const cell = i * dayCount + day;
      const drift =
        signalStrength *
        volatility *
        (REVERSAL.weight * reversal[i] + SPILLOVER.weight * spillover[i] + VOLUME_DRIFT.weight * volumeDrift[i]);
      const move =
        MARKET_DRIFT +
        drift +
        beta * marketMove +
        volatility * turbulence * (SECTOR_LOAD * sectorMove[sector] + GROUP_LOAD * groupMove[group] + ownMove[i]);

      const surprise = own.normal(); // unusual volume, independent of the move's sign
      volumeMood[i] = 0.8 * volumeMood[i] + 0.2 * shape.normal();
      if (day >= firstDay && day < endDay) {
        const previous = lastClose[i];
        close[cell] = previous * Math.exp(move);
        open[cell] = previous * Math.exp(0.4 * move + 0.25 * volatility * turbulence * shape.normal());
        const reach = 0.6 * volatility * turbulence;
        high[cell] = Math.max(open[cell], close[cell]) * Math.exp(reach * Math.abs(shape.normal()));
        low[cell] = Math.min(open[cell], close[cell]) * Math.exp(-reach * Math.abs(shape.normal()));
        const busy = 0.5 * surprise + volumeMood[i] + 0.35 * (Math.abs(ownMove[i]) - 0.75);
        volume[cell] = Math.max(100, Math.round(usualVolume[i] * Math.exp(busy)));
        lastClose[i] = close[cell];
      }

      // What the close of this day adds to the memories. Every innovation has mean zero and unit variance.
      const peers = groupSize[group] - 1;
      const shared = SECTOR_LOAD * sectorMove[sector] + GROUP_LOAD * groupMove[group];
      const peerMove =
        (shared + (peers > 0 ? (groupOwnSum[group] - ownMove[i]) / peers : 0)) /
        Math.sqrt(SECTOR_LOAD ** 2 + GROUP_LOAD ** 2 + (peers > 0 ? 1 / peers : 0));
      reversal[i] = remember(REVERSAL.memory, reversal[i], ownMove[i]);
      spillover[i] = remember(SPILLOVER.memory, spillover[i], peerMove);
      volumeDrift[i] = remember(VOLUME_DRIFT.memory, volumeDrift[i], surprise * ownMove[i]);
      for (let h = 0; h < HORIZONS.length; h++)
        expected[h][cell] =
          HORIZONS[h] * MARKET_DRIFT +
          signalStrength *
            volatility *
            (REVERSAL.weight * reversal[i] * decays[h][0] +
              SPILLOVER.weight * spillover[i] * decays[h][1] +
              VOLUME_DRIFT.weight * volumeDrift[i] * decays[h][2]);
    }
  }
  return pack();

  /** Keeps the listed cells only, in BarTable order. */
  function pack(): SyntheticMarket {
    const offsets = new Int32Array(count + 1);
    for (let i = 0; i < count; i++) offsets[i + 1] = offsets[i] + stocks[i].endDay - stocks[i].firstDay;
    const rows = offsets[count];
    const dayIndex = new Int32Array(rows);
    const take = (column: Float64Array): Float64Array => {
      const kept = new Float64Array(rows);
      for (let i = 0; i < count; i++)
        kept.set(column.subarray(i * dayCount + stocks[i].firstDay, i * dayCount + stocks[i].endDay), offsets[i]);
      return kept;
    };
    for (let i = 0; i < count; i++)
      for (let row = offsets[i]; row < offsets[i + 1]; row++) dayIndex[row] = stocks[i].firstDay + row - offsets[i];
    const digits = String(count).length;
    return {
      name: `synthetic-${seed}-${count}x${dayCount}`,
      bars: {
        codes: stocks.map((_, i) => `SYN${String(i + 1).padStart(digits, '0')}`),
        sectors: stocks.map(({ sector }) => SECTOR_NAMES[sector] ?? `Sector ${sector + 1}`),
        days: tradingDays(start, dayCount),
        offsets,
        dayIndex,
        open: take(open),
        high: take(high),
        low: take(low),
        close: take(close),
        volume: take(volume),
      },
      expected: expected.map((column, h) => {
        const kept = take(column);
        for (let i = 0; i < count; i++)
          kept.fill(Number.NaN, Math.max(offsets[i], offsets[i + 1] - 1 - HORIZONS[h]), offsets[i + 1]);
        return kept;
      }),
    };
  }
}

function remember(memory: number, before: number, innovation: number): number {
  return memory * before + Math.sqrt(1 - memory * memory) * innovation;
}
