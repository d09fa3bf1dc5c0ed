// The inputs of a step: targets in units of their scale, anchors, and what augmentation may and may not touch.
import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import { augment, mixDays, type Sequences } from '../../core/train/augment.ts';
import { anchorFeed, targetFeeds } from '../../core/train/feeds.ts';

const { NaN: unknown } = Number;

test('targets come in units of their scale, held at six of them; an unknown one is 0 and says so', () => {
  const feeds = targetFeeds(
    {
      size: 3,
      targets: Float32Array.of(0.02, unknown, -0.5, 0.04, 0.01, 0.3),
      targetsRank: Float32Array.of(0.5, unknown, -0.5, 0.25, unknown, 0.1),
    },
    [0.01, 0.04],
  );
  expect(feeds.target).toMatchObject({ dtype: 'f32', shape: [3, 2] });
  expect([...(feeds.target.data as Float32Array)]).toEqual([expect.closeTo(2, 5), 0, -6, expect.closeTo(1, 5), 0, 6]);
  expect([...(feeds.target_rank.data as Float32Array)]).toEqual([0.5, 0, -0.5, 0.25, 0, Math.fround(0.1)]);
  expect([...(feeds.known.data as Float32Array)]).toEqual([1, 0, 1, 1, 0, 1]);
});

test('every row is an anchor on a small day, 256 different ones on a large one', () => {
  const rowsOf = (size: number, seed: number): number[] => Array.from(anchorFeed(size, new Random(seed)).data, Number);
  expect(rowsOf(256, 1)).toEqual(Array.from({ length: 256 }, (_, i) => i));
  const drawn = rowsOf(1000, 1);
  expect(drawn).toHaveLength(256);
  expect(new Set(drawn).size).toBe(256);
  expect(Math.max(...drawn)).toBeLessThan(1000);
  expect(rowsOf(1000, 1)).toEqual(drawn);
  expect(rowsOf(1000, 2)).not.toEqual(drawn);
});

const [DAYS, STOCKS, FEATURES] = [6, 40, 30];
const NOTHING = { enabled: true, feature_noise: 0, feature_mask: 0, time_mask: 0, day_mix: 0 };

function batch(fill = (i: number): number => i + 1): Sequences {
  return {
    x: Float32Array.from({ length: DAYS * STOCKS * FEATURES }, (_, i) => fill(i)),
    stock: Int32Array.from({ length: STOCKS }, (_, i) => i * 2),
    days: DAYS,
    features: FEATURES,
  };
}
const at = ({ x }: Sequences, day: number, stock: number, feature: number): number =>
  x[(day * STOCKS + stock) * FEATURES + feature];

test('with every share at 0, augmentation touches nothing', () => {
  const given = batch();
  augment(given, NOTHING, new Random(1));
  expect(given).toEqual(batch());
});

test('noise is one draw per stock and feature, held over the sequence, of the asked deviation', () => {
  const given = batch(() => 0);
  augment(given, { ...NOTHING, feature_noise: 0.2 }, new Random(2));
  const first = given.x.slice(0, STOCKS * FEATURES);
  for (let day = 1; day < DAYS; day++)
    expect(given.x.slice(day * STOCKS * FEATURES, (day + 1) * STOCKS * FEATURES)).toEqual(first);
  const deviation = Math.sqrt(first.reduce((sum, z) => sum + z * z, 0) / first.length);
  expect(deviation).toBeGreaterThan(0.18);
  expect(deviation).toBeLessThan(0.22);
  expect(new Set(first).size).toBeGreaterThan(first.length * 0.9);
});

test('a masked feature is 0 on every day for every stock, the others are left alone', () => {
  const given = batch();
  augment(given, { ...NOTHING, feature_mask: 0.5 }, new Random(3));
  const kept = Array.from({ length: FEATURES }, (_, f) => at(given, 0, 0, f) !== 0);
  expect(new Set(kept)).toEqual(new Set([true, false]));
  const whole = batch();
  for (let day = 0; day < DAYS; day++)
    for (let stock = 0; stock < STOCKS; stock++)
      for (let f = 0; f < FEATURES; f++) expect(at(given, day, stock, f)).toBe(kept[f] ? at(whole, day, stock, f) : 0);
});

test('a masked day is 0 for all, and the day that is predicted from is never masked', () => {
  const whole = batch();
  let masked = 0;
  for (let seed = 0; seed < 20; seed++) {
    const given = batch();
    augment(given, { ...NOTHING, time_mask: 0.9 }, new Random(seed));
    for (let day = 0; day < DAYS; day++) {
      const part = given.x.subarray(day * STOCKS * FEATURES, (day + 1) * STOCKS * FEATURES);
      if (part[0] === 0) {
        masked++;
        expect(part.every((z) => z === 0)).toBe(true);
        expect(day).toBeLessThan(DAYS - 1);
      } else expect(part).toEqual(whole.x.subarray(day * STOCKS * FEATURES, (day + 1) * STOCKS * FEATURES));
    }
  }
  expect(masked / (20 * (DAYS - 1))).toBeGreaterThan(0.8);
});

test('mixing moves each stock towards its own sequence of the other day, and leaves alone those that are not in it', () => {
  const given = batch();
  const other: Sequences = {
    x: Float32Array.from({ length: DAYS * 3 * FEATURES }, (_, i) => -i),
    stock: Int32Array.of(4, 5, 0), // 4 and 0 are in the batch too, in other rows
    days: DAYS,
    features: FEATURES,
  };
  mixDays(given, other, 0.25);
  const whole = batch();
  for (let day = 0; day < DAYS; day++)
    for (let stock = 0; stock < STOCKS; stock++)
      for (let f = 0; f < FEATURES; f++) {
        const own = at(whole, day, stock, f);
        const row = other.stock.indexOf(given.stock[stock]);
        const wanted = row < 0 ? own : own + 0.25 * (other.x[(day * 3 + row) * FEATURES + f] - own);
        expect(at(given, day, stock, f)).toBeCloseTo(wanted, 2);
      }
});
