// Every operator of the wider catalogue against plain loops written from its formula: windows, lags, ranks, sectors, peers, market, costs.
import { expect, test } from 'vitest';
import type { BarTable } from '../../core/data/bars.ts';
import { barFeatures } from '../../core/features/catalogue.ts';
import { computeFeatures } from '../../core/features/compute.ts';
import { randomGraph, randomMarket } from '../property/feature-markets.ts';
import { barNames } from '../support/feature-names.ts';

const bars = randomMarket({ seed: 31, stocks: 7, days: 320, absent: 0.03, missing: 0.001, flat: 0.02, partial: true });
const graph = randomGraph(bars, 3, 31);
const features = computeFeatures(bars, barNames, graph);
const value = (name: string, row: number): number => features.get(name)![row];

const sum = (x: readonly number[]): number => x.reduce((total, each) => total + each, 0);
const mean = (x: readonly number[]): number => sum(x) / x.length;
const deviation = (x: readonly number[]): number =>
  Math.sqrt(sum(x.map((each) => (each - mean(x)) ** 2)) / (x.length - 1));
const last = (x: readonly number[]): number => x[x.length - 1];
const correlation = (x: readonly number[], y: readonly number[]): number =>
  sum(x.map((each, i) => (each - mean(x)) * (y[i] - mean(y)))) / ((x.length - 1) * deviation(x) * deviation(y));

const stocks = Array.from(bars.dayIndex, (_, row) => bars.offsets.findLastIndex((offset) => offset <= row));
const stockOf = (row: number): number => stocks[row];
/** The rows of the stock up to this one, `n` of them; undefined where there are fewer. */
function rowsBack(row: number, n: number): number[] | undefined {
  const first = bars.offsets[stockOf(row)];
  return row - n + 1 < first ? undefined : Array.from({ length: n }, (_, i) => row - n + 1 + i);
}
const rowsByDay = Map.groupBy(bars.dayIndex.keys(), (row) => bars.dayIndex[row]);
const rowsOfDay = (day: number): number[] => rowsByDay.get(day) ?? [];
const r = (row: number): number => value('return_1', row);
const known = (x: readonly number[]): number[] => x.filter((each) => !Number.isNaN(each));

/** Compares a feature in every row with what is expected of it there; some rows must have a value. */
function expectFeature(name: string, expected: (row: number) => number, tolerance = 1e-9): void {
  const column = features.get(name)!;
  const scale = column.reduce((most, x) => Math.max(most, Math.abs(x) || 0), 0);
  expect(
    column.some((x) => !Number.isNaN(x)),
    name,
  ).toBe(true);
  column.forEach((actual, row) => {
    const wanted = expected(row);
    const same = Number.isNaN(wanted) ? Number.isNaN(actual) : Math.abs(actual - wanted) <= tolerance * scale;
    if (!same) expect.fail(`${name}[${row}]: ${actual} is not ${wanted}`);
  });
}

const windowed =
  (of: (row: number) => number, n: number, f: (x: number[]) => number) =>
  (row: number): number => {
    const x = rowsBack(row, n)?.map(of);
    return x?.some(Number.isNaN) === false ? f(x) : Number.NaN;
  };
const percentile = (x: readonly number[]): number => {
  const others = x.slice(0, -1);
  const [below, equal] = [others.filter((each) => each < last(x)), others.filter((each) => each === last(x))];
  return (below.length + equal.length / 2) / others.length;
};
const score = (x: readonly number[]): number => (deviation(x) > 0 ? (last(x) - mean(x)) / deviation(x) : Number.NaN);
const positive = (x: number): number => (x > 0 ? x : Number.NaN);

const volume = (row: number): number => bars.volume[row];
const volatility = (row: number): number => value('volatility_20', row);

test.each([5, 20, 60])('windows over %i bars', (n) => {
  for (const [series, of] of [
    ['return', r],
    ['volume', volume],
    ['volatility', volatility],
  ] as const) {
    expectFeature(`${series}_score_${n}`, windowed(of, n, score), 1e-7);
    expectFeature(`${series}_percentile_${n}`, windowed(of, n, percentile));
  }
  expectFeature(`return_mean_${n}`, windowed(r, n, mean));
  expectFeature(
    `return_least_${n}`,
    windowed(r, n, (x) => Math.min(...x)),
  );
  expectFeature(
    `return_most_${n}`,
    windowed(r, n, (x) => Math.max(...x)),
  );
  for (const [series, of] of [
    ['volume', volume],
    ['volatility', volatility],
  ] as const) {
    expectFeature(
      `${series}_variation_${n}`,
      windowed(of, n, (x) => deviation(x) / positive(mean(x))),
      1e-7,
    );
    expectFeature(
      `${series}_least_${n}`,
      windowed(of, n, (x) => Math.min(...x) / positive(mean(x))),
    );
    expectFeature(
      `${series}_most_${n}`,
      windowed(of, n, (x) => Math.max(...x) / positive(mean(x))),
    );
  }
  expectFeature(
    `volatility_level_${n}`,
    windowed(volatility, n, (x) => last(x) / positive(mean(x))),
  );
});

test('the windows whose mean and deviation have other names', () => {
  expectFeature('return_deviation_120', windowed(r, 120, deviation));
  expectFeature(
    'volume_ratio_120',
    windowed(volume, 120, (x) => last(x) / mean(x)),
  );
});

test('lags look back over bars, not days', () => {
  for (const lag of [1, 20])
    for (const name of ['return_1', 'volume_ratio_20', 'market_relative_return_1'])
      expectFeature(`${name}_lag_${lag}`, (row) => {
        const rows = rowsBack(row, lag + 1);
        return rows ? value(name, rows[0]) : Number.NaN;
      });
});

/** Rank among values, from -0.5 to 0.5, ties sharing; 0 alone. */
const rankAmong = (x: number, all: readonly number[]): number => {
  if (Number.isNaN(x)) return Number.NaN;
  const others = all.length - 1;
  const below = all.filter((each) => Math.fround(each) < Math.fround(x)).length;
  const equal = all.filter((each) => Math.fround(each) === Math.fround(x)).length - 1;
  return others === 0 ? 0 : (below + equal / 2) / others - 0.5;
};

test('ranks within the day, their changes, and ranks within the sector', () => {
  const among = (name: string, row: number, takes: (other: number) => boolean): number =>
    rankAmong(
      value(name, row),
      known(
        rowsOfDay(bars.dayIndex[row])
          .filter(takes)
          .map((other) => value(name, other)),
      ),
    );
  for (const name of ['return_5', 'volatility_20', 'amihud_20']) {
    expectFeature(`rank_${name}`, (row) => among(name, row, () => true));
    expectFeature(`sector_rank_${name}`, (row) => {
      const sector = bars.sectors[stockOf(row)];
      return among(name, row, (other) => sector === null || bars.sectors[stockOf(other)] === sector);
    });
  }
  expectFeature('rank_change_return_5_20', (row) => {
    const rows = rowsBack(row, 21);
    return rows ? value('rank_return_5', row) - value('rank_return_5', rows[0]) : Number.NaN;
  });
  const traded = (row: number): number => windowed((each) => bars.close[each] * volume(each), 20, mean)(row);
  expectFeature('rank_money_traded_20', (row) =>
    rankAmong(traded(row), known(rowsOfDay(bars.dayIndex[row]).map(traded))),
  );
});

test('sectors: distance from their mean, and theirs from the market', () => {
  const meanOf = (name: string, row: number, takes: (other: number) => boolean): number =>
    mean(
      known(
        rowsOfDay(bars.dayIndex[row])
          .filter(takes)
          .map((other) => value(name, other)),
      ),
    );
  const inSector = (row: number) => (other: number) =>
    bars.sectors[stockOf(row)] === null || bars.sectors[stockOf(other)] === bars.sectors[stockOf(row)];
  expectFeature('sector_relative_rsi_14', (row) => value('rsi_14', row) - meanOf('rsi_14', row, inSector(row)));
  expectFeature('sector_momentum_5', (row) =>
    Number.isNaN(value('return_5', row))
      ? Number.NaN
      : meanOf('return_5', row, inSector(row)) - meanOf('return_5', row, () => true),
  );
});

test('peers: weighted by correlation, spread, lead, breadth, ties', () => {
  const peersOf = (row: number): { row: number | undefined; correlation: number }[] => {
    const day = bars.dayIndex[row];
    const snapshot = graph.dayIndex.findLastIndex((taken) => taken <= day);
    if (snapshot < 0) return [];
    const today = rowsOfDay(day);
    return Array.from({ length: graph.k }, (_, slot) => (snapshot * graph.stocks + stockOf(row)) * graph.k + slot)
      .filter((slot) => graph.neighbours[slot] >= 0)
      .map((slot) => ({
        row: today.find((other) => stockOf(other) === graph.neighbours[slot]),
        correlation: graph.correlation[slot],
      }));
  };
  const over = (row: number, name: string): { x: number; weight: number }[] =>
    peersOf(row)
      .map((peer) => ({ x: peer.row === undefined ? Number.NaN : value(name, peer.row), weight: peer.correlation }))
      .filter(({ x }) => !Number.isNaN(x));
  expectFeature('peer_weighted_return_5', (row) => {
    const peers = over(row, 'return_5');
    const weight = sum(peers.map((peer) => Math.abs(peer.weight)));
    return weight > 0 ? sum(peers.map((peer) => peer.weight * peer.x)) / weight : Number.NaN;
  });
  expectFeature('peer_volatility_spread_20', (row) => {
    const x = over(row, 'volatility_20').map((peer) => peer.x);
    return x.length > 1 ? deviation(x) : Number.NaN;
  });
  expectFeature('peer_breadth_1', (row) => {
    const x = over(row, 'return_1').map((peer) => (peer.x > 0 ? 1 : 0));
    return x.length > 0 ? mean(x) : Number.NaN;
  });
  expectFeature('peer_lead_5', (row) => {
    const rows = rowsBack(row, 6);
    return rows ? value('peer_return_mean_5', rows[0]) - value('return_5', row) : Number.NaN;
  });
  expectFeature('peer_relative_volume_20', (row) => value('volume_ratio_20', row) - value('peer_volume_mean_20', row));
  const present = (row: number) => peersOf(row).filter((peer) => peer.row !== undefined && bars.close[peer.row] > 0);
  expectFeature('peer_count', (row) => present(row).length);
  expectFeature('peer_correlation', (row) => {
    const ties = present(row).map((peer) => Math.abs(peer.correlation));
    return ties.length > 0 ? mean(ties) : Number.NaN;
  });
});

test('the market: sums, draw-down, trend, breadth, means over stocks', () => {
  const m = Array.from(bars.days, (_, day) => {
    const x = known(rowsOfDay(day).map(r));
    return x.length > 0 ? mean(x) : Number.NaN;
  });
  const ofDays =
    (n: number, f: (x: number[]) => number) =>
    (row: number): number => {
      const day = bars.dayIndex[row];
      const x = day + 1 < n ? [Number.NaN] : m.slice(day + 1 - n, day + 1);
      return x.some(Number.isNaN) ? Number.NaN : f(x);
    };
  expectFeature('market_return_20', ofDays(20, sum));
  expectFeature(
    'market_trend_5',
    ofDays(5, (x) => sum(x) / (Math.sqrt(5) * deviation(x))),
    1e-7,
  );
  expectFeature(
    'market_drawdown_60',
    ofDays(60, (x) => Math.min(0, ...x.map((_, i) => sum(x.slice(i))))),
  );
  expectFeature(
    'market_volatility_ratio_5_60',
    ofDays(60, (x) => deviation(x.slice(-5)) / deviation(x)),
  );
  const over = (name: string, each: (x: number) => number) => (row: number) => {
    const x = known(rowsOfDay(bars.dayIndex[row]).map((other) => value(name, other)));
    return x.length > 0 ? mean(x.map(each)) : Number.NaN;
  };
  expectFeature(
    'advancing_share',
    over('return_1', (x) => (x > 0 ? 1 : 0)),
  );
  expectFeature(
    'new_high_share_60',
    over('drawdown_60', (x) => (x === 0 ? 1 : 0)),
  );
  expectFeature(
    'average_correlation_60',
    over('market_correlation_60', (x) => x),
  );
});

test('costs of trading and idle bars', () => {
  expectFeature(
    'unmoved_share_60',
    windowed(r, 60, (x) => x.filter((each) => each === 0).length / 60),
  );
  expectFeature(
    'untraded_share_60',
    windowed(volume, 60, (x) => x.filter((each) => each === 0).length / 60),
  );
  const pairs = (row: number): number[][] | undefined => rowsBack(row, 61)?.map((each) => [r(each)]);
  expectFeature(
    'roll_spread_60',
    (row) => {
      const x = pairs(row)?.flat();
      if (!x || x.some(Number.isNaN)) return Number.NaN;
      const [now, before] = [x.slice(1), x.slice(0, -1)];
      const covariance = sum(now.map((each, i) => (each - mean(now)) * (before[i] - mean(before)))) / 59;
      return 2 * Math.sqrt(Math.max(0, -covariance));
    },
    1e-6,
  );
  const k = 3 - 2 * Math.SQRT2;
  const twoBars = (row: number): number => {
    const rows = rowsBack(row, 2);
    if (!rows) return Number.NaN;
    const beta = sum(rows.map((each) => Math.log(bars.high[each] / bars.low[each]) ** 2));
    const high = Math.max(...rows.map((each) => bars.high[each]));
    const gamma = Math.log(high / Math.min(...rows.map((each) => bars.low[each]))) ** 2;
    const alpha = (Math.sqrt(2 * beta) - Math.sqrt(beta)) / k - Math.sqrt(gamma / k);
    return Math.max(0, (2 * (Math.exp(alpha) - 1)) / (1 + Math.exp(alpha)));
  };
  expectFeature('high_low_spread_20', windowed(twoBars, 20, mean));
  expectFeature('up_volume_share_20', (row) => {
    const rows = rowsBack(row, 20);
    const [up, all] = [rows?.map((each) => (r(each) > 0 ? volume(each) : 0 * r(each))), rows?.map(volume)];
    return up && all && !up.some(Number.isNaN) ? sum(up) / positive(sum(all)) : Number.NaN;
  });
});

test('ranges, shapes and returns over other spans', () => {
  const { open, high, low, close } = bars;
  const rogers = (row: number): number =>
    Math.log(high[row] / close[row]) * Math.log(high[row] / open[row]) +
    Math.log(low[row] / close[row]) * Math.log(low[row] / open[row]);
  expectFeature(
    'rogers_satchell_20',
    windowed(rogers, 20, (x) => Math.sqrt(mean(x))),
  );
  const gap = (row: number): number => (rowsBack(row, 2) ? Math.log(open[row] / close[row - 1]) : Number.NaN);
  const session = (row: number): number => Math.log(close[row] / open[row]);
  expectFeature('yang_zhang_20', (row) => {
    const weight = 0.34 / (1.34 + 21 / 19);
    const variance = (of: (each: number) => number): number => windowed(of, 20, deviation)(row) ** 2;
    return Math.sqrt(variance(gap) + weight * variance(session) + (1 - weight) * windowed(rogers, 20, mean)(row));
  });
  expectFeature(
    'jump_share_20',
    windowed(r, 20, (x) => Math.max(...x.map(Math.abs)) / sum(x.map(Math.abs))),
  );
  const five = (row: number): number => windowed(r, 5, sum)(row);
  expectFeature(
    'variance_ratio_5_60',
    (row) => windowed(five, 60, deviation)(row) ** 2 / (5 * windowed(r, 60, deviation)(row) ** 2),
    1e-7,
  );
  expectFeature('return_volume_correlation_60', (row) => {
    const logs = (each: number): number => {
      const usual = windowed(volume, 60, mean)(each);
      return Math.log(positive(Number.isNaN(usual) ? volume(each) : Math.max(volume(each), usual / 100)));
    };
    const rows = rowsBack(row, 60);
    const [x, y] = [rows?.map(r) ?? [Number.NaN], rows?.map(logs) ?? [Number.NaN]];
    return [...x, ...y].some(Number.isNaN) ? Number.NaN : correlation(x, y);
  });
  const back = (row: number, n: number): number => {
    const rows = rowsBack(row, n + 1);
    return rows ? close[rows[0]] : Number.NaN;
  };
  expectFeature('momentum_6_1', (row) => back(row, 21) / back(row, 126) - 1);
  expectFeature('seasonal_return_252', (row) => back(row, 231) / back(row, 252) - 1);
  expectFeature('overnight_minus_intraday_20', (row) => {
    const overnight = windowed((each) => Math.exp(gap(each)) - 1, 20, mean)(row);
    return overnight - windowed((each) => Math.exp(session(each)) - 1, 20, mean)(row);
  });
});

test('days of the calendar', () => {
  const names = barFeatures.filter(({ scope }) => scope === 'calendar').map(({ name }) => name);
  const on = (day: string, before: string): Map<string, number> => {
    const days = Int32Array.from([before, day], (each) => Date.parse(each) / 86_400_000);
    const column = new Float64Array(2).fill(1);
    const table: BarTable = {
      ...{ codes: ['A'], sectors: [null], days, offsets: Int32Array.of(0, 2), dayIndex: Int32Array.of(0, 1) },
      ...{ open: column, high: column, low: column, close: column, volume: column },
    };
    return new Map([...computeFeatures(table, names)].map(([name, values]) => [name, values[1]]));
  };
  const [march, january, may] = [
    on('2024-03-29', '2024-03-28'),
    on('2024-01-02', '2023-12-28'),
    on('2024-05-06', '2024-05-03'),
  ];
  const of = (day: Map<string, number>, ...wanted: string[]): number[] => wanted.map((name) => day.get(name)!);
  const quarter = ['weekdays_to_quarter_end', 'weekdays_since_quarter_start', 'weekdays_since_month_start'];
  expect(of(march, ...quarter, 'weekdays_to_march_end')).toEqual([0, 64, 20, 0]);
  expect(of(january, ...quarter, 'january', 'winter_half', 'monday')).toEqual([63, 1, 1, 1, 1, 0]);
  expect(of(may, 'weekdays_to_march_end', 'january', 'winter_half', 'monday')).toEqual([235, 0, 0, 1]);
  expect([march, january, may].map((day) => day.get('days_since_session'))).toEqual([1, 5, 3]);
});
