import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import type { BarHistory, HistoryCheck } from '../../core/data/bar-history.ts';
import { checkHistory } from '../../core/data/quality-history.ts';
import { unitVotes } from '../../core/data/quality-units.ts';

const LENGTH = 200;
type Columns = { -readonly [name in keyof Omit<BarHistory, 'length'>]: Float64Array };

/** A random walk with ranges and large odd volumes, on weekdays; `plant` spoils it. */
function history(plant: (columns: Columns) => void = () => {}, length = LENGTH): BarHistory {
  const random = new Random(3);
  const column = (value: (i: number) => number): Float64Array => Float64Array.from({ length }, (_, i) => value(i));
  let price = 1000;
  const close = column(() => (price *= Math.exp(0.015 * random.normal())));
  const open = column((i) => (i === 0 ? close[0] : close[i - 1]) * Math.exp(0.003 * random.normal()));
  const columns: Columns = {
    file: column(() => 0),
    row: column((i) => i + 2),
    day: column((i) => 18_000 + i + 2 * Math.floor(i / 5)),
    open,
    high: column((i) => Math.max(open[i], close[i]) * 1.004),
    low: column((i) => Math.min(open[i], close[i]) * 0.996),
    close,
    volume: column(() => 100_000 + random.int(100_000)),
    factor: column(() => 1),
  };
  plant(columns);
  return { length, ...columns };
}

const rowsOf = (bars: BarHistory, check: HistoryCheck): number[] =>
  checkHistory(bars)
    .filter((hit) => hit.check === check)
    .map(({ at }) => at);
const checksOf = (bars: BarHistory): HistoryCheck[] => [...new Set(checkHistory(bars).map(({ check }) => check))];
const PRICES = ['open', 'high', 'low', 'close'] as const;
const scale = (columns: Columns, from: number, to: number, by: number): void => {
  for (const name of PRICES) for (let i = from; i < to; i++) columns[name][i] *= by;
};
const repeat = (columns: Columns, i: number): void => {
  for (const name of [...PRICES, 'volume'] as const) columns[name][i] = columns[name][i - 1];
};

test('an ordinary history shows nothing', () => {
  expect(checkHistory(history())).toEqual([]);
  expect(unitVotes(history())).toEqual([]);
  expect(checkHistory(history(undefined, 1))).toEqual([]);
});

test('one bar copied over is stale where its volume cannot recur by chance', () => {
  expect(
    rowsOf(
      history((c) => repeat(c, 50)),
      'stale-bar',
    ),
  ).toEqual([50]);
  // A thinly traded stock: one lot at one price, day after day.
  const thin = (days: number) =>
    history((c) => {
      for (const name of PRICES) c[name].fill(c.close[40], 40, 40 + days);
      c.volume.fill(100, 40, 40 + days);
    });
  expect(rowsOf(thin(9), 'stale-bar')).toEqual([]);
  expect(rowsOf(thin(10), 'stale-bar')).toHaveLength(9);
});

test('a bar far off both neighbours is a spike, news and a limit that is taken back are not', () => {
  const spike = history((c) => scale(c, 80, 81, 0.7));
  expect(rowsOf(spike, 'price-spike')).toEqual([80]);
  expect(checkHistory(spike)[0].values.robust_z).toBeGreaterThan(8);
  expect(checksOf(history((c) => scale(c, 80, 81, 10)))).toEqual(['price-spike']);
  expect(checksOf(history((c) => scale(c, 80, LENGTH, 0.7)))).toEqual([]); // results disappoint, and the price stays there
  // Opens where it closed, runs up, and is back the next day: its range touches those about it.
  const limit = history((c) => {
    c.close[80] = c.close[79] * 1.25;
    c.high[80] = c.close[80];
    c.close[81] = c.close[79];
    c.open[81] = c.close[79];
    c.high[81] = c.close[79] * 1.02;
    c.low[81] = c.close[79] * 0.98;
    c.low[80] = Math.min(c.low[80], c.open[80]);
  });
  expect(rowsOf(limit, 'price-spike')).toEqual([]);
});

test('a close alone at half the price is a spike, though its bar has a whole range', () => {
  const bars = history((c) => {
    c.close[80] /= 2;
    c.open[81] = c.close[79];
  });
  expect(rowsOf(bars, 'price-spike')).toEqual([80]);
});

test('a high or low far off its own bar is told, as no fault', () => {
  const bars = history((c) => {
    c.low[30] = c.close[30] / 8;
  });
  expect(rowsOf(bars, 'long-wick')).toEqual([30]);
  expect(checksOf(bars)).toEqual(['long-wick']);
});

test('a stretch in another unit is found with what makes it whole; a level that stays is left to the splits', () => {
  const hits = checkHistory(history((c) => scale(c, 60, 90, 100)));
  expect(hits.map(({ check, at }) => [check, at])).toEqual(
    Array.from({ length: 30 }, (_, i) => ['price-unit', 60 + i]),
  );
  expect(hits[0].scale).toBeCloseTo(0.01, 9);
  const sen = checkHistory(history((c) => scale(c, 60, 90, 0.001)));
  expect(sen[0].scale).toBeCloseTo(1000, 6);
  // A reverse split: so many fewer shares change hands.
  const reverse = history((c) => {
    scale(c, 60, LENGTH, 100);
    for (let i = 60; i < LENGTH; i++) c.volume[i] /= 100;
  });
  expect(checksOf(reverse)).toEqual([]);
});

test.each([
  ['the first three bars', 0, 3],
  ['the first bar', 0, 1],
  ['the last three bars', LENGTH - 3, LENGTH],
  ['the last bar', LENGTH - 1, LENGTH],
])('another unit at the edge of a history is found where the volume stays: %s', (_, from, to) => {
  for (const by of [10, 100, 1000, 0.1, 0.01, 0.001]) {
    const hits = checkHistory(history((c) => scale(c, from, to, by)));
    expect(
      hits.map(({ check, at }) => [check, at]),
      String(by),
    ).toEqual(Array.from({ length: to - from }, (_, i) => ['price-unit', from + i]));
    for (const { scale: whole } of hits) expect(whole).toBeCloseTo(1 / by, 6);
  }
  // Splits at the edge say so by their volume; without volumes nobody can tell, unless no split is of that ratio.
  for (const by of [10, 100, 0.1, 0.01]) {
    const split = history((c) => {
      scale(c, from, to, by);
      for (let i = from; i < to; i++) c.volume[i] /= by;
    });
    expect(checksOf(split), String(by)).toEqual([]);
    const mute = history((c) => {
      scale(c, from, to, by);
      c.volume.fill(Number.NaN);
    });
    expect(checksOf(mute), String(by)).toEqual([]);
  }
  const adjusted = history((c) => {
    scale(c, from, to, 100);
    for (let i = from; i < to; i++) c.factor[i] = 0.01;
  });
  expect(checksOf(adjusted)).toEqual([]);
});

test('a stretch at ten times the price is another unit, where the volume stays and the price comes back', () => {
  const hits = checkHistory(history((c) => scale(c, 60, 90, 10)));
  expect(hits.map(({ check, at }) => [check, at])).toEqual(
    Array.from({ length: 30 }, (_, i) => ['price-unit', 60 + i]),
  );
  const split = history((c) => {
    scale(c, 60, 90, 10);
    for (let i = 60; i < 90; i++) c.volume[i] /= 10;
  });
  expect(checksOf(split)).toEqual([]);
});

test('a stretch of volume in lots is found; volumes that merely swing are not', () => {
  const lots = history((c) => {
    for (let i = 60; i < 90; i++) c.volume[i] = Math.round(c.volume[i] / 100);
  });
  const hits = checkHistory(lots);
  expect(hits.map(({ check, at }) => [check, at])).toEqual(
    Array.from({ length: 30 }, (_, i) => ['volume-unit', 60 + i]),
  );
  expect(hits[0].scale).toBeCloseTo(100, 9);
  const random = new Random(5);
  const wild = history((c) => {
    for (let i = 0; i < LENGTH; i++) c.volume[i] = Math.round(1000 * Math.exp(2.5 * random.normal()));
  });
  expect(rowsOf(wild, 'volume-unit')).toEqual([]);
});

test('each code votes on the day that its unit changes', () => {
  const changed = history((c) => {
    for (let i = 100; i < LENGTH; i++) c.volume[i] /= 1000;
  });
  expect(unitVotes(changed)).toEqual([{ day: changed.day[100], column: 'volume', times: expect.closeTo(0.001, 12) }]);
});

test('a factor must step where the price does', () => {
  const split = (priceAt: number, factorAt: number) =>
    history((c) => {
      scale(c, 0, priceAt, 2);
      c.factor.fill(0.5, 0, factorAt);
    });
  expect(checksOf(split(100, 100))).toEqual([]);
  expect(rowsOf(split(100, 101), 'adjustment-mismatch')).toEqual([101]); // applied a day late
  const bare = history((c) => void c.factor.fill(0.5, 0, 100));
  expect(rowsOf(bare, 'adjustment-mismatch')).toEqual([100]);
  expect(checksOf(history((c) => void c.factor.fill(0.985, 0, 100)))).toEqual([]); // a dividend
});

test('an adjusted close that was rounded hard makes the factor tremble', () => {
  const rounded = (unit: number) =>
    history((c) => {
      for (let i = 0; i < LENGTH; i++) c.factor[i] = (Math.round((c.close[i] * 0.01) / unit) * unit) / c.close[i];
    });
  expect(checksOf(rounded(0.1))).toEqual(['coarse-adjustment']);
  expect(checksOf(rounded(0.001))).toEqual([]);
});

test('rows out of order are told, a file from newest to oldest is in order', () => {
  const swapped = history((c) => {
    [c.row[50], c.row[51]] = [c.row[51], c.row[50]];
  });
  expect(rowsOf(swapped, 'out-of-order')).toEqual([51]);
  expect(checksOf(history((c) => void c.row.reverse()))).toEqual([]);
});

test('half a year of silence and prices beyond any currency are told', () => {
  const silent = history((c) => {
    for (let i = 120; i < LENGTH; i++) c.day[i] += 200;
  });
  expect(rowsOf(silent, 'long-silence')).toEqual([120]);
  expect(
    rowsOf(
      history((c) => scale(c, 0, LENGTH, 1e10)),
      'implausible-level',
    ),
  ).toEqual([0]);
});

test('rows that are no bars, and all but the last of a day, take no part', () => {
  const bars = history((c) => {
    c.close[70] = Number.NaN;
    c.factor[71] = 0;
    c.day[91] = c.day[90];
    scale(c, 90, 91, 3); // stands twice; the last counts
  });
  expect(checksOf(bars)).toEqual([]);
});
