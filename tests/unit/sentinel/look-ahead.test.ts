// The worlds that a feature is computed in again, the sectors of a day, and the probes that hold both against what is stored.
import { expect, test } from 'vitest';
import { runThrough } from '../../../core/base/steps.ts';
import type { BarTable } from '../../../core/data/bars.ts';
import { zScoreByDay } from '../../../core/features/cross-section.ts';
import { dayOrder } from '../../../core/features/day-order.ts';
import { sectorsKnownAt } from '../../../core/features/sentinel/listing.ts';
import { type LookAheadOptions, lookAheadSteps } from '../../../core/features/sentinel/look-ahead.ts';
import type { StoredDay } from '../../../core/features/sentinel/stored.ts';
import { ownPast, staggered } from '../../../core/features/sentinel/staggered.ts';
import { compareWorlds } from '../../../core/features/sentinel/truncation.ts';
import { perStock } from '../../../core/features/per-stock.ts';
import { alteredAfter, removedAfter, rescaled, type World } from '../../../core/features/sentinel/worlds.ts';
import { planted, sideTable, statements, withSplits } from '../../support/sentinel.ts';
import { randomBars } from '../../support/random-bars.ts';

const bars = randomBars({ stocks: 30, days: 60, seed: 3, gaps: 0.05, partial: 0.3 });
const tables = { statements: statements(bars, 3) };

test('without what came later there are no later bars and no later rows, and nothing else is gone', () => {
  const world = removedAfter({ bars, tables }, 30);
  const listed = bars.codes.filter((_, code) => bars.dayIndex[bars.offsets[code]] <= 30);
  expect(world.bars.codes).toEqual(listed);
  expect(listed.length).toBeLessThan(bars.codes.length); // who comes later is not known of yet
  expect(world.bars.days.length).toBe(31);
  expect(Math.max(...world.bars.dayIndex)).toBeLessThanOrEqual(30);
  expect(world.rows.length).toBe(bars.dayIndex.filter((day) => day <= 30).length);
  for (const [own, row] of world.rows.entries()) expect(world.bars.close[own]).toBe(bars.close[row]);
  const table = world.tables!.statements!;
  expect(Math.max(...table.known)).toBeLessThanOrEqual(bars.days[30]);
  expect(table.known.length).toBe(tables.statements.known.filter((day) => day <= bars.days[30]).length);
  expect(table.offsets.at(-1)).toBe(table.known.length);
});

test('parts of the data can be set back by themselves', () => {
  const tablesOnly = removedAfter({ bars, tables }, 30, ['tables']);
  expect(tablesOnly.bars.close).toBe(bars.close);
  expect(tablesOnly.tables!.statements!.known.length).toBeLessThan(tables.statements.known.length);
  expect(removedAfter({ bars, tables }, 30, ['rows']).tables).toBe(tables);
});

test('altered data is the same up to the cut and another one behind it', () => {
  const { bars: other, tables: others } = alteredAfter({ bars, tables }, 30);
  for (const [row, day] of bars.dayIndex.entries())
    if (day <= 30) expect(other.close[row]).toBe(bars.close[row]);
    else expect(other.close[row]).not.toBe(bars.close[row]);
  const { known, columns } = tables.statements;
  for (const [row, day] of known.entries())
    expect(others!.statements!.columns.eps[row] === columns.eps[row]).toBe(day <= bars.days[30]);
});

test('other units leave turnover and raw prices as they are', () => {
  const split = withSplits(bars, 3);
  const { bars: other } = rescaled({ bars: split }, 1);
  for (let row = 0; row < split.close.length; row++) {
    expect(other.close[row]).not.toBe(split.close[row]);
    expect(other.close[row] * other.volume[row]).toBeCloseTo(split.close[row] * split.volume[row], 6);
    expect(other.close[row] / other.factor![row]).toBe(split.close[row] / split.factor![row]);
  }
});

const listed = (code: string, day: number, sector: number) => ({
  code,
  period: day,
  known: day,
  values: { sector_33: sector },
});

test('a sector that a later listing gave is set back to the one before', () => {
  const listing = sideTable('listing', [
    listed('A', 0, 1),
    listed('A', 100, 2), // moved
    listed('B', 0, 2),
    listed('C', 100, 2), // nobody knows what it was before
    listed('D', 0, 1),
    listed('E', 0, 3),
    listed('E', 100, 1), // the bars still have the old one
  ]);
  const stocks = {
    codes: ['A', 'B', 'C', 'D', 'E', 'F'],
    sectors: ['banks', 'banks', 'banks', 'steel', 'retail', 'steel'],
  };
  expect(sectorsKnownAt(stocks, listing, 99)).toEqual(['steel', 'banks', 'banks', 'steel', 'retail', 'steel']);
  expect(sectorsKnownAt(stocks, listing, 100)).toEqual(stocks.sectors);
  expect(sectorsKnownAt(stocks, undefined, 0)).toBe(stocks.sectors);
});

test('a sector that a stock had before, left and came back to is none of a later listing', () => {
  const listing = sideTable('listing', [
    ...[0, 50, 100].map((day, i) => listed('A', day, 1 + (i % 2))), // steel, banks, steel
    ...[0, 50, 100].map((day, i) => listed('B', day, 2 - (i % 2))), // banks, steel, banks
    listed('C', 0, 2),
    listed('D', 0, 2),
  ]);
  const stocks = { codes: ['A', 'B', 'C', 'D'], sectors: ['steel', 'steel', 'banks', 'banks'] };
  for (const day of [0, 20]) expect(sectorsKnownAt(stocks, listing, day)).toEqual(['steel', 'banks', 'banks', 'banks']);
  for (const day of [50, 70, 100, 120]) expect(sectorsKnownAt(stocks, listing, day), `${day}`).toEqual(stocks.sectors);
});

const close = planted('level', ({ bars: given }) => given.close.slice());
const candle = planted('candle', ({ bars: given }) => given.close.map((value, row) => value / given.open[row]));
const next = planted('next', ({ bars: given }) =>
  given.close.map((value, row) => (given.close[row + 1] ?? value) / value),
);

/** What a panel of these features would hold of a day. */
function storedDay(of: BarTable, features: readonly Float64Array[], day: number): StoredDay {
  const order = dayOrder(of);
  const columns = features.map((values) => zScoreByDay(values, order));
  const rows = Array.from(
    { length: order.dayOffsets[day + 1] - order.dayOffsets[day] },
    (_, i) => order.dayOffsets[day] + i,
  );
  return {
    day,
    stocks: Int32Array.from(rows, (row) => order.stock[row]),
    width: features.length,
    features: Float32Array.from(rows.flatMap((row) => columns.map((column) => column[row]))),
    targets: new Float32Array(rows.length),
    scaling: features.map(() => 'day' as const),
  };
}

const probe = (options: Partial<LookAheadOptions>) =>
  runThrough(
    lookAheadSteps({
      data: { bars },
      names: ['candle'],
      definitions: [candle, close, next],
      cuts: [10, 30],
      seed: 1,
      stored: [],
      allStocks: true,
      zScore: { winsorise: 0.01, minCount: 10 },
      ...options,
    }),
  );

test('an honest feature passes both; one of the next day fails with the value that moved', () => {
  expect(probe({}).map(({ verdict, count }) => [verdict, count])).toEqual([
    ['passed', 0],
    ['passed', 0],
  ]);
  const [truncation] = probe({ names: ['candle', 'next'] });
  expect(truncation).toMatchObject({ verdict: 'failed', figure: 1, count: 1 });
  expect(truncation.findings[0]).toMatchObject({ code: 'depends-on-later-rows', subject: 'next' });
  expect(truncation.findings[0].params.before).not.toBe(truncation.findings[0].params.after);
});

test('a level of prices knows of later splits where they are adjusted to the last bar, and not where to the first', () => {
  const names = ['candle', 'level'];
  const backward = withSplits(bars, 3);
  const forward = { ...backward, factor: backward.factor!.slice() };
  for (let stock = 0; stock < bars.codes.length; stock++) {
    const first = forward.factor[bars.offsets[stock]];
    for (let row = bars.offsets[stock]; row < bars.offsets[stock + 1]; row++) forward.factor[row] /= first;
  }
  const verdictOf = (of: BarTable) => probe({ data: { bars: of }, names })[1];
  expect(verdictOf(backward)).toMatchObject({ verdict: 'failed', count: 1 });
  expect(verdictOf(backward).findings[0]).toMatchObject({ code: 'depends-on-later-splits', subject: 'level' });
  expect(verdictOf(forward).verdict).toBe('passed');
  expect(verdictOf(bars).verdict).toBe('suspicious'); // nothing is known of how it was adjusted
});

test('a column that is not what its definition gives is found, with all stocks at hand and with some', () => {
  const days = [20, 25, 30].map((day) => storedDay(bars, [candle.compute({ bars } as never)], day));
  for (const allStocks of [true, false]) {
    expect(probe({ stored: days, allStocks })[0].verdict).toBe('passed');
    const late = days.map((day, i) => ({ ...days[(i + 1) % days.length], day: day.day }));
    const [report] = probe({ stored: late, allStocks });
    expect(report.findings.map(({ code }) => code)).toEqual(['differs-from-its-definition']);
  }
});

test('features that this catalogue does not know are said, and the others looked at', () => {
  const [truncation] = probe({ names: ['candle', 'gone'] });
  expect(truncation).toMatchObject({
    verdict: 'passed',
    skipped: { code: 'unknown-feature', params: { names: 'gone' } },
  });
  expect(probe({ names: ['gone'] })[0].verdict).toBe('not-run');
});

test("a look ahead on certain days alone shows where every stock has a last day of its own, those of other stocks' pasts aside", () => {
  const many = randomBars({ stocks: 60, days: 300, seed: 7, gaps: 0.02 });
  const peeking = planted('peeks_at_times', (context) =>
    perStock(context, ({ close, first }, out) => {
      for (let i = 0; i < out.length; i++)
        out[i] = context.bars.dayIndex[first + i] % 25 === 7 ? (close[i + 1] ?? Number.NaN) : close[i];
    }),
  );
  const data = { bars: many };
  const asked = (worlds: World[]) => runThrough(compareWorlds(data, ['peeks_at_times'], [peeking], worlds));
  expect(asked([removedAfter(data, 60), alteredAfter(data, 150)])).toEqual([]);
  const [leak] = asked([staggered(data, ['peeks_at_times'], 7)]);
  expect(many.days.indexOf(leak.day) % 25).toBe(7);
  expect(leak.day).toBeLessThanOrEqual(leak.cut);
  const built = planted('ranked', () => new Float64Array(0), { scope: 'cross-section' });
  const onIt = planted('built_on_it', () => new Float64Array(0), { uses: ['ranked'] });
  expect(ownPast(['peeks_at_times', 'ranked', 'built_on_it'], [peeking, built, onIt])).toEqual(['peeks_at_times']);
});
