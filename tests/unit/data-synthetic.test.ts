import { expect, test } from 'vitest';
import type { BarTable } from '../../core/data/bars.ts';
import { HORIZONS } from '../../core/data/horizons.ts';
import { syntheticMarket, type SyntheticMarket } from '../../core/data/synthetic.ts';

/** Ranks of continuous values (no ties). */
function ranks(values: number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => values[a] - values[b]);
  const ranked = new Array<number>(values.length);
  for (let k = 0; k < order.length; k++) ranked[order[k]] = k;
  return ranked;
}

function correlation(a: number[], b: number[]): number {
  const mean = (x: number[]) => x.reduce((sum, v) => sum + v, 0) / x.length;
  const [ma, mb] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    ab += (a[i] - ma) * (b[i] - mb);
    aa += (a[i] - ma) ** 2;
    bb += (b[i] - mb) ** 2;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Daily RankIC between a score per row and the return from the next close over `horizon` bars. */
function dailyRankIc(bars: BarTable, score: ArrayLike<number>, horizon: number): number[] {
  const days = new Map<number, { score: number[]; realised: number[] }>();
  for (let c = 0; c < bars.codes.length; c++)
    for (let row = bars.offsets[c]; row < bars.offsets[c + 1] - 1 - horizon; row++) {
      if (!Number.isFinite(score[row])) continue;
      const day = days.get(bars.dayIndex[row]) ?? { score: [], realised: [] };
      days.set(bars.dayIndex[row], day);
      day.score.push(score[row]);
      day.realised.push(bars.close[row + 1 + horizon] / bars.close[row + 1] - 1);
    }
  return [...days.values()].map((day) => correlation(ranks(day.score), ranks(day.realised)));
}

const average = (values: number[]) => values.reduce((sum, v) => sum + v, 0) / values.length;

test('the market repeats by seed, is labelled, and has the shape of a BarTable', () => {
  const market = syntheticMarket({ stocks: 40, days: 120 });
  const { bars } = market;
  expect(market.name).toMatch(/^synthetic-/);
  expect(syntheticMarket({ stocks: 40, days: 120 })).toEqual(market);
  expect(syntheticMarket({ stocks: 40, days: 120, seed: 8 }).bars.close).not.toEqual(bars.close);
  expect(bars.codes).toEqual([...bars.codes].sort());
  expect(bars.days).toEqual(Int32Array.from(new Set(bars.days)).sort());
  expect(bars.offsets.length).toBe(41);
  const sound = bars.close.every(
    (close, row) =>
      bars.low[row] > 0 &&
      bars.low[row] <= Math.min(bars.open[row], close) &&
      bars.high[row] >= Math.max(bars.open[row], close) &&
      bars.volume[row] > 0,
  );
  expect(sound).toBe(true);
  for (let c = 0; c < 40; c++)
    for (let row = bars.offsets[c] + 1; row < bars.offsets[c + 1]; row++)
      expect(bars.dayIndex[row]).toBe(bars.dayIndex[row - 1] + 1);
});

test('some stocks list late and some are delisted, inside the common calendar', () => {
  const { bars } = syntheticMarket();
  const lengths = bars.codes.map((_, c) => bars.offsets[c + 1] - bars.offsets[c]);
  expect(lengths.filter((n) => n < 500).length).toBeGreaterThan(2);
  expect(bars.codes.filter((_, c) => bars.dayIndex[bars.offsets[c]] > 0).length).toBeGreaterThan(0);
  expect(bars.codes.filter((_, c) => bars.dayIndex[bars.offsets[c + 1] - 1] < 499).length).toBeGreaterThan(0);
});

test('the oracle ranks realised returns at every horizon, and a simple reversal rule from bars finds part of it', () => {
  const market = syntheticMarket({ seed: 3 });
  for (let h = 0; h < HORIZONS.length; h++)
    expect(
      average(dailyRankIc(market.bars, market.expected[h], HORIZONS[h])),
      `horizon ${HORIZONS[h]}`,
    ).toBeGreaterThan(0.06);
  // Own move of five days against the sector's, and the sector's own: reversal and spillover as anyone would measure them.
  const { bars } = market;
  const move = new Float64Array(bars.close.length).fill(Number.NaN);
  const sector = new Map<string, { sum: number; count: number }>();
  const key = (c: number, row: number) => `${bars.sectors[c]} ${bars.dayIndex[row]}`;
  for (let c = 0; c < bars.codes.length; c++)
    for (let row = bars.offsets[c] + 5; row < bars.offsets[c + 1]; row++) {
      move[row] = Math.log(bars.close[row] / bars.close[row - 5]);
      const total = sector.get(key(c, row)) ?? { sum: 0, count: 0 };
      sector.set(key(c, row), { sum: total.sum + move[row], count: total.count + 1 });
    }
  const rule = new Float64Array(bars.close.length).fill(Number.NaN);
  for (let c = 0; c < bars.codes.length; c++)
    for (let row = bars.offsets[c] + 5; row < bars.offsets[c + 1]; row++) {
      const { sum, count } = sector.get(key(c, row))!;
      rule[row] = (2 * sum) / count - move[row];
    }
  const found = average(dailyRankIc(bars, rule, 5));
  expect(found).toBeGreaterThan(0.02);
  expect(found).toBeLessThan(average(dailyRankIc(bars, market.expected[HORIZONS.indexOf(5)], 5)));
});

test('without planted signal, the scores that rank the planted market rank nothing', () => {
  // Same seed, same innovations: the memories behind the oracle are the same, only the drift is gone.
  const planted = syntheticMarket({ seed: 3 });
  const barren: SyntheticMarket = syntheticMarket({ seed: 3, signalStrength: 0 });
  const ic = dailyRankIc(barren.bars, planted.expected[0], 1);
  const deviation = Math.sqrt(average(ic.map((v) => v * v)));
  expect(Math.abs(average(ic))).toBeLessThan((3 * deviation) / Math.sqrt(ic.length));
});

test('the oracle is calibrated: realised returns regress on it with slope about 1', () => {
  const { bars, expected } = syntheticMarket({ seed: 5, stocks: 300, days: 800, signalStrength: 2 });
  let [xy, xx] = [0, 0];
  const byDay = new Map<number, { x: number[]; y: number[] }>();
  for (let c = 0; c < bars.codes.length; c++)
    for (let row = bars.offsets[c]; row < bars.offsets[c + 1] - 2; row++) {
      const day = byDay.get(bars.dayIndex[row]) ?? { x: [], y: [] };
      byDay.set(bars.dayIndex[row], day);
      day.x.push(expected[0][row]);
      day.y.push(Math.log(bars.close[row + 2] / bars.close[row + 1]));
    }
  for (const { x, y } of byDay.values()) {
    const [mx, my] = [average(x), average(y)];
    for (let i = 0; i < x.length; i++) {
      xy += (x[i] - mx) * (y[i] - my);
      xx += (x[i] - mx) ** 2;
    }
  }
  expect(xy / xx).toBeGreaterThan(0.9);
  expect(xy / xx).toBeLessThan(1.1);
});

test('the oracle knows no return where the holding period is not over', () => {
  const { bars, expected } = syntheticMarket({ stocks: 10, days: 60 });
  for (let c = 0; c < bars.codes.length; c++)
    for (let h = 0; h < HORIZONS.length; h++) {
      const known = Array.from(expected[h].subarray(bars.offsets[c], bars.offsets[c + 1]), Number.isFinite);
      expect(known.indexOf(false)).toBe(known.length - 1 - HORIZONS[h]);
    }
});
