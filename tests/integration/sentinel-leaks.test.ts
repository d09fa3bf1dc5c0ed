// Twelve leaks, each planted as a user or a careless developer could, on panels built and examined as the product does: all are caught.
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Random } from '../../core/base/random.ts';
import type { LeakCode, ProbeName } from '../../core/base/sentinel.ts';
import { byCode, byStock } from '../../core/data/as-of.ts';
import { HORIZONS } from '../../core/data/horizons.ts';
import { readNpy, writeNpy } from '../../core/data/npy.node.ts';
import type { SideTable } from '../../core/data/side-tables.ts';
import { syntheticMarket } from '../../core/data/synthetic.ts';
import { settleUniverse } from '../../core/data/universe.ts';
import { writeArray } from '../../core/features/array-file.node.ts';
import { dayOrder } from '../../core/features/day-order.ts';
import { perStock } from '../../core/features/per-stock.ts';
import { spreadOverRows, dayMeans } from '../../core/features/daily.ts';
import { forwardReturns } from '../../core/features/targets.ts';
import { fitScaling } from '../../core/train/scaling.node.ts';
import {
  examined,
  findings,
  planted,
  probe,
  sideTable,
  statements,
  universeOf,
  type Subject,
  withGaps,
  withSplits,
} from '../support/sentinel.ts';
import { phases } from '../support/training.ts';
import { columnAsOf } from '../support/column-as-of.ts';

const HONEST = ['return_1', 'return_5', 'return_20', 'volume_ratio_20', 'peer_return_mean_5', 'weekday_sin'];
const market = syntheticMarket({ stocks: 60, days: 320, seed: 5 });
const bars = withGaps(market.bars, 5);
const dayOf = (share: number): number => bars.days[Math.floor(share * (bars.days.length - 1))];

/** The panel of honest features and this one. */
const withFeature = (definition: ReturnType<typeof planted>, rest: Partial<Subject> = {}): Subject => ({
  bars,
  features: [...HONEST, definition.name],
  definitions: [definition],
  ...rest,
});

interface Case {
  leak: string;
  subject: Subject;
  /** What has to find it, as what, and about what. */
  probe: ProbeName;
  code: LeakCode;
  about: string | RegExp;
}

function whole(column: Float64Array): Float64Array {
  const known = column.filter((value) => !Number.isNaN(value));
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const deviation = Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
  return column.map((value) => (value - mean) / deviation);
}

/** An index of a market that closes after ours: the bar of a day is known on the next. */
const overseas: SideTable = sideTable(
  'index-bars',
  Array.from(bars.days, (day, i) => ({
    code: 'SPX',
    period: day,
    known: day + 1,
    values: { close: 4000 * Math.exp(0.01 * Math.sin(i * i)) },
  })),
);

/** Every tenth stock has moved between sectors; the bars carry the sectors of today. */
const listing: SideTable = sideTable(
  'listing',
  bars.codes.flatMap((code, i) => {
    const sectors = [...new Set(bars.sectors)];
    const now = sectors.indexOf(bars.sectors[i]);
    const row = (day: number, sector: number) => ({
      code,
      period: day,
      known: day,
      values: { sector_33: 3050 + 50 * sector },
    });
    const start = bars.days[0] - 400;
    return i % 10 === 0 ? [row(start, (now + 1) % sectors.length), row(dayOf(0.7), now)] : [row(start, now)];
  }),
);

/** Only the newest version of a period, as if it had been the first. */
function lastVersions(table: SideTable): SideTable {
  const newest = new Map<string, number>();
  const at = (code: number, row: number): string => `${code} ${table.period[row]}`;
  const forEach = (visit: (code: number, row: number) => void): void => {
    for (let code = 0; code < table.codes.length; code++)
      for (let row = table.offsets[code]; row < table.offsets[code + 1]; row++) visit(code, row);
  };
  forEach((code, row) => newest.set(at(code, row), row));
  const eps = table.columns.eps.slice();
  forEach((code, row) => {
    eps[row] = table.columns.eps[newest.get(at(code, row))!];
  });
  return { ...table, columns: { ...table.columns, eps } };
}

const [{ config }] = phases(['phase0_baseline'], ['data.dataset=small']);
const tables = { statements: statements(bars, 5) };

const cases: Case[] = [
  {
    leak: 'whole-sample scaler: a feature scored over all days',
    subject: withFeature(planted('scored_return', ({ column }) => whole(column('return_5')))),
    probe: 'future-truncation',
    code: 'depends-on-later-rows',
    about: 'scored_return',
  },
  {
    leak: 'whole-sample scaler: a market-wide column normalised before it was stored',
    subject: withFeature(
      planted(
        'market_level',
        ({ bars: given, column }) => whole(spreadOverRows(given, dayMeans(given, column('return_5')))),
        { sameForAllStocks: true, scope: 'cross-section' },
      ),
    ),
    probe: 'future-truncation',
    code: 'depends-on-later-rows',
    about: 'market_level',
  },
  {
    leak: 'whole-sample scaler: fitted on every day of the panel',
    subject: {
      bars,
      features: HONEST,
      fitScaler: (reader) => fitScaling(reader, Int32Array.from(reader.days.keys()), config),
    },
    probe: 'statistic-scope',
    code: 'saw-other-days',
    about: 'scaler',
  },
  {
    leak: 'centred window',
    subject: withFeature(
      planted('smoothed', (context) =>
        perStock(context, ({ close }, out) => {
          for (let i = 1; i + 1 < out.length; i++) out[i] = (close[i - 1] + close[i] + close[i + 1]) / 3 / close[i];
        }),
      ),
    ),
    probe: 'future-truncation',
    code: 'depends-on-later-rows',
    about: 'smoothed',
  },
  {
    leak: 'back-filled value',
    subject: withFeature(
      planted('turnover_filled', (context) =>
        perStock(context, ({ volume }, out) => {
          let next = Number.NaN;
          for (let i = out.length - 1; i > 0; i--) {
            const value = volume[i] / volume[i - 1];
            out[i] = next = Number.isNaN(value) ? next : value;
          }
        }),
      ),
    ),
    probe: 'future-truncation',
    code: 'depends-on-later-rows',
    about: 'turnover_filled',
  },
  {
    leak: 'statements joined on the end of their period',
    subject: withFeature(
      planted('earnings_yield', ({ bars: given, tables: held }) => {
        const table = held!.statements!;
        return columnAsOf(given, { ...table, known: table.period }, 'eps', byStock(given));
      }),
      { tables },
    ),
    probe: 'future-truncation',
    code: 'depends-on-later-tables',
    about: 'earnings_yield',
  },
  {
    leak: 'survivor universe: liquid at the end of the data',
    subject: survivors(),
    probe: 'statistic-scope',
    code: 'universe-judged-later',
    about: /SYN/,
  },
  {
    leak: 'target among the features, under another name',
    subject: withFeature(planted('alpha_score', ({ bars: given }) => forwardReturns(given, 5))),
    probe: 'future-truncation',
    code: 'depends-on-later-rows',
    about: 'alpha_score',
  },
  {
    leak: "today's close as entry",
    subject: { bars, features: HONEST, spoil: enterToday },
    probe: 'target-alignment',
    code: 'entered-today',
    about: 'target_5d',
  },
  {
    leak: 'sector of a later listing',
    subject: { bars, features: [...HONEST, 'sector_relative_return_5'], tables: { listing } },
    probe: 'future-truncation',
    code: 'depends-on-later-listing',
    about: 'sector_relative_return_5',
  },
  {
    leak: 'same-day index of a market that closes later',
    subject: withFeature(
      planted('against_spx', ({ bars: given, tables: held, column }) => {
        const table = held!['index-bars']!;
        const index = columnAsOf(given, { ...table, known: table.period }, 'close', byCode('SPX'));
        return column('return_1').map((value, row) => value - index[row] / 4000 + 1);
      }),
      { tables: { 'index-bars': overseas } },
    ),
    probe: 'future-truncation',
    code: 'depends-on-later-tables',
    about: 'against_spx',
  },
  {
    leak: 'graph snapshot a day late',
    subject: { bars, features: HONEST, spoilGraphs: dateSnapshotsEarlier },
    probe: 'statistic-scope',
    code: 'graph-knows-later-days',
    about: /^\d{4}-\d\d-\d\d$/,
  },
  {
    leak: 'restated statement',
    subject: withFeature(
      planted('latest_eps', ({ bars: given, tables: held }) =>
        columnAsOf(given, lastVersions(held!.statements!), 'eps', byStock(given)),
      ),
      { tables },
    ),
    probe: 'future-truncation',
    code: 'depends-on-later-tables',
    about: 'latest_eps',
  },
  {
    leak: 'volume adjusted by later splits',
    subject: withFeature(
      planted('log_volume', ({ bars: given }) => given.volume.map((value) => Math.log(value + 1))),
      { bars: withSplits(bars, 5) },
    ),
    probe: 'future-adjustment',
    code: 'depends-on-later-splits',
    about: 'log_volume',
  },
];

/** Stocks with turnover in the last sixty days of all, instead of the last of training. */
function survivors(): Subject {
  const rules = { minimumMedianTurnover: 1 };
  const { bars: kept, asOf } = settleUniverse(bars, rules, (days) => days[days.length - 1]);
  return { bars: kept, features: HONEST, loadUniverse: async () => universeOf(bars, { rules, asOf }) };
}

/** Writes targets as they would be without the delay of a bar. */
function enterToday(folder: string): void {
  const { barRow } = dayOrder(bars);
  const values = new Float32Array(barRow.length * HORIZONS.length).fill(Number.NaN);
  for (const [h, horizon] of HORIZONS.entries())
    for (const [row, bar] of barRow.entries()) {
      const stock = bars.offsets.findLastIndex((offset) => offset <= bar);
      if (bar + horizon < bars.offsets[stock + 1])
        values[row * HORIZONS.length + h] = bars.close[bar + horizon] / bars.close[bar] - 1;
    }
  writeArray(join(folder, 'targets.npy'), '<f4', [barRow.length, HORIZONS.length], values);
}

/** As a loop does that takes a snapshot after having moved on to the next day. */
function dateSnapshotsEarlier(graphs: string): void {
  const path = join(graphs, 'dayIndex.npy');
  writeNpy(
    path,
    (readNpy(path).values as Int32Array<ArrayBuffer>).map((day) => day - 1),
  );
}

/** A sample of 24 of the 60 stocks, as of a panel too large to be looked at whole. */
const SMALL = 1e4;

const everyWay = cases.flatMap((one) => [
  { ...one, looked: 'all', budget: undefined },
  { ...one, looked: 'some', budget: SMALL },
]);

test.each(everyWay)('$leak, $looked stocks', async ({ subject, probe: name, code, about, looked, budget }) => {
  const report = await examined({ ...subject, budget });
  expect(report.sample.stocks < report.sample.ofStocks).toBe(looked === 'some');
  const found = probe(report, name).findings.filter((finding) => finding.code === code);
  expect(found.map(({ subject: what }) => what)).toContainEqual(
    typeof about === 'string' ? about : expect.stringMatching(about),
  );
  expect(found[0].verdict).toBe('failed');
  expect(report.verdict).toBe('failed');
  // Nothing honest is accused.
  for (const { subject: accused } of findings(report)) expect(HONEST).not.toContain(accused);
});

/** A table of scores that a vendor dated to the day that they are about, not to the next, when they were made. */
function vendorScores(returns: Float64Array): SideTable {
  const random = new Random(12);
  const scale = 1 / Math.sqrt(returns.reduce((sum, value) => sum + (value || 0) ** 2, 0) / returns.length);
  return sideTable(
    'short-positions',
    bars.codes.flatMap((code, stock) =>
      Array.from({ length: bars.offsets[stock + 1] - bars.offsets[stock] }, (_, i) => {
        const row = bars.offsets[stock] + i;
        const day = bars.days[bars.dayIndex[row]];
        const score = (returns[row] || 0) * scale + 0.5 * random.normal();
        return { code, period: day, known: day, values: { share_of_listed: score } };
      }),
    ),
  );
}

const score = planted('vendor_score', ({ bars: given, tables: held }) =>
  columnAsOf(given, held!['short-positions']!, 'share_of_listed', byStock(given)),
);

test('what was dated too early before it was imported shows in its returns alone: too good, and gone a day later', async () => {
  const tomorrow = vendorScores(forwardReturns(bars, 1));
  const report = await examined(withFeature(score, { tables: { 'short-positions': tomorrow } }));
  expect(probe(report, 'future-truncation').verdict).toBe('passed'); // nothing to see: the table itself is wrong
  for (const [name, code] of [
    ['implausible-ic', 'implausible-ic'],
    ['lag-one', 'edge-of-a-day'],
  ] as const)
    expect(probe(report, name).findings).toContainEqual(
      expect.objectContaining({ code, verdict: 'failed', subject: 'vendor_score' }),
    );
});

test('a value of the next day, which no target holds, shows in the move before the entry', async () => {
  const returns = forwardReturns(bars, 1);
  // What is entered on the row before is held from this row's close to the next.
  const next = returns.map((_, row) => (bars.offsets.includes(row) ? Number.NaN : returns[row - 1]));
  const report = await examined(withFeature(score, { tables: { 'short-positions': vendorScores(next) } }));
  const { findings: found } = probe(report, 'lag-one');
  expect(found.map(({ code, verdict, subject }) => [code, verdict, subject])).toEqual([
    ['moves-before-entry', 'failed', 'vendor_score'],
  ]);
});
