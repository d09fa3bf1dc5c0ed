// Owns features of margin trading and of short selling, as last published on the day.
import { bySector } from '../../data/as-of.ts';
import type { SideTable } from '../../data/side-tables.ts';
import type { FeatureContext, FeatureDefinition } from '../definition.ts';
import { rollingMean } from '../indicators/rolling.ts';
import { perStock } from '../per-stock.ts';
import {
  balance,
  factorsAt,
  fromRows,
  meanOf,
  over,
  overReports,
  rowsAsOf,
  scoreOf,
  tableOf,
} from '../side-columns.ts';
import { atLeast } from './build.ts';

/** Balances are weekly and published some days later: an older one is of a stock that is no longer traded on margin. */
const MARGIN_DAYS = 35;
const ALERT_DAYS = 14;
const SHORT_DAYS = 21;

const WEEKLY = { family: 'margin trading', scope: 'stock', indicator: 'margin_reported' } as const;

/** Rows of the balances; `lag` 1 is the one before. */
const balances = (context: FeatureContext, lag = 0): Int32Array =>
  rowsAsOf(context, 'margin-interest', MARGIN_DAYS + 7 * lag, { lag });

/** Shares of a balance on the scale of adjusted volumes. */
function sharesOf(context: FeatureContext, side: 'long' | 'short'): Float64Array {
  const table = tableOf(context, 'margin-interest');
  const factors = context.shared('factors of margin', () => factorsAt(context.bars, table, table.period));
  return table.columns[`${side}_shares`].map((shares, row) => shares / factors[row]);
}

const daysToCover = (side: 'long' | 'short', source: string): FeatureDefinition => ({
  ...WEEKLY,
  name: `margin_${side}_to_volume`,
  formula: `shares ${side === 'long' ? 'bought' : 'sold short'} on margin / mean(V) over 20 bars`,
  window: 20,
  warmup: 19,
  source,
  inputs: ['margin-interest', 'volume', 'factor'],
  range: atLeast(0),
  compute: (context) => {
    const shares = sharesOf(context, side);
    const usual = perStock(context, ({ volume }, out) => {
      rollingMean(volume, 20, out);
    });
    return fromRows(balances(context), (row, bar) => over(shares[row], usual[bar]));
  },
});

const changeOf = (side: 'long' | 'short', weeks: number): FeatureDefinition => ({
  ...WEEKLY,
  name: `margin_${side}_change_${weeks}w`,
  formula: `(balance - balance ${weeks} reports before) / their sum, of shares ${side === 'long' ? 'bought' : 'sold short'} on margin`,
  // The older balance counts in the shares of its own time.
  window: 5 * weeks + 30,
  warmup: 0,
  source: 'Hirose, Kato and Bremer (2009)',
  inputs: ['margin-interest', 'factor'],
  range: [-1, 1],
  compute: (context) => {
    const shares = sharesOf(context, side);
    const before = balances(context, weeks);
    return fromRows(balances(context), (row, bar) =>
      before[bar] < 0 ? Number.NaN : balance(shares[row], shares[before[bar]]),
    );
  },
});

/** A ratio of what one report says. */
const ofReport = (
  name: string,
  formula: string,
  source: string,
  range: readonly [number, number],
  ratio: (columns: SideTable['columns'], row: number) => number,
): FeatureDefinition => ({
  ...WEEKLY,
  name,
  formula,
  window: 0,
  warmup: 0,
  source,
  inputs: ['margin-interest'],
  range,
  compute: (context) => {
    const { columns } = tableOf(context, 'margin-interest');
    return fromRows(balances(context), (row) => ratio(columns, row));
  },
});

const weekly: readonly FeatureDefinition[] = [
  {
    ...WEEKLY,
    name: 'margin_reported',
    formula: `1 where a weekly margin balance of the past ${MARGIN_DAYS} days is known, else 0`,
    window: 0,
    warmup: 0,
    source: 'indicator of what is missing',
    inputs: ['margin-interest'],
    indicator: undefined,
    kind: 'flag',
    range: [0, 1],
    compute: (context) => Float64Array.from(balances(context), (row) => (row >= 0 ? 1 : 0)),
  },
  daysToCover('long', 'Hong, Li, Ni, Scheinkman and Yan (2015), of margin buying'),
  daysToCover('short', 'Hong, Li, Ni, Scheinkman and Yan (2015)'),
  ...[1, 4].flatMap((weeks) => [changeOf('long', weeks), changeOf('short', weeks)]),
  ofReport(
    'margin_balance',
    '(bought - sold short) / (bought + sold short), shares on margin',
    'Hirose, Kato and Bremer (2009)',
    [-1, 1],
    (columns, row) => balance(columns.long_shares[row], columns.short_shares[row]),
  ),
  ofReport(
    'margin_long_negotiable_share',
    'negotiable part of the shares bought on margin',
    'Hirose, Kato and Bremer (2009), in spirit',
    [0, 1],
    (columns, row) => over(columns.long_negotiable[row], columns.long_shares[row]),
  ),
  ofReport(
    'margin_short_negotiable_share',
    'negotiable part of the shares sold short on margin',
    'Hirose, Kato and Bremer (2009), in spirit',
    [0, 1],
    (columns, row) => over(columns.short_negotiable[row], columns.short_shares[row]),
  ),
];

const alertRows = (context: FeatureContext): Int32Array => rowsAsOf(context, 'margin-alerts', ALERT_DAYS);

const watch: readonly FeatureDefinition[] = [
  {
    name: 'margin_watch',
    family: 'margin trading',
    formula: `1 where the exchange has published the stock's margin balance daily within ${ALERT_DAYS} days, else 0`,
    window: 0,
    warmup: 0,
    source: 'indicator of what is missing',
    scope: 'stock',
    inputs: ['margin-alerts'],
    kind: 'flag',
    range: [0, 1],
    compute: (context) => Float64Array.from(alertRows(context), (row) => (row >= 0 ? 1 : 0)),
  },
  ...(
    [
      [
        'margin_watch_long',
        'long_of_listed',
        'shares bought on margin / listed shares, of stocks under watch',
        atLeast(0),
      ],
      [
        'margin_watch_short',
        'short_of_listed',
        'shares sold short on margin / listed shares, of stocks under watch',
        atLeast(0),
      ],
      ['margin_watch_caution', 'caution', '0 published daily, 1 cautioned, 2 restricted', [0, 2]],
    ] as const
  ).map(
    ([name, column, formula, range]): FeatureDefinition => ({
      name,
      family: 'margin trading',
      formula,
      window: 0,
      warmup: 0,
      source: 'Hirose, Kato and Bremer (2009)',
      scope: 'stock',
      inputs: ['margin-alerts'],
      indicator: 'margin_watch',
      range,
      compute: (context) => {
        const { columns } = tableOf(context, 'margin-alerts');
        return fromRows(alertRows(context), (row) => columns[column][row]);
      },
    }),
  ),
];

/** Of the latest reports of the stock's sector, as many as `count`. */
const sectorShorts = (
  entry: Pick<FeatureDefinition, 'name' | 'formula' | 'range'>,
  count: number,
  value: (shares: readonly number[]) => number,
): FeatureDefinition => ({
  ...entry,
  family: 'short selling',
  window: 0,
  warmup: 0,
  source: 'Diether, Lee and Werner (2009), of sectors',
  scope: 'stock',
  inputs: ['short-ratio', 'sector'],
  compute: (context) => {
    const table = tableOf(context, 'short-ratio');
    const { long_sales, restricted_short_sales, unrestricted_short_sales } = table.columns;
    const share = long_sales.map((long, row) => {
      const short = restricted_short_sales[row] + unrestricted_short_sales[row];
      return over(short, short + long);
    });
    const values = overReports(table, share, count, value);
    const rows = rowsAsOf(context, 'short-ratio', SHORT_DAYS, { key: bySector(context.bars) });
    return fromRows(rows, (row) => values[row]);
  },
});

const SHARE = "short sales / all sales of the stock's sector";

const sectors: readonly FeatureDefinition[] = [
  sectorShorts({ name: 'sector_short_share', formula: SHARE, range: [0, 1] }, 1, ([share]) => share),
  sectorShorts(
    { name: 'sector_short_share_mean_5', formula: `mean over 5 reports of ${SHARE}`, range: [0, 1] },
    5,
    meanOf,
  ),
  sectorShorts(
    {
      name: 'sector_short_share_score_60',
      formula: `${SHARE}, in deviations from its mean over 60 reports`,
      range: [-59 / Math.sqrt(60), 59 / Math.sqrt(60)],
    },
    60,
    scoreOf,
  ),
  sectorShorts(
    { name: 'sector_short_share_change_5', formula: `${SHARE} - of 5 reports before`, range: [-1, 1] },
    6,
    (shares) => shares[5] - shares[0],
  ),
];

/** Reports come when a position changes: one holds until the next. */
const positions = (context: FeatureContext, lag = 0): Int32Array => rowsAsOf(context, 'short-positions', 365, { lag });

const POSITIONS = {
  family: 'short selling',
  window: 0,
  warmup: 0,
  scope: 'stock',
  inputs: ['short-positions'],
  indicator: 'short_positions_reported',
} as const;

const reported: readonly FeatureDefinition[] = [
  {
    ...POSITIONS,
    name: 'short_positions_reported',
    formula: '1 where someone reports a short position of half a per cent or more, else 0',
    source: 'indicator of what is missing',
    indicator: undefined,
    kind: 'flag',
    range: [0, 1],
    compute: (context) => {
      const { columns } = tableOf(context, 'short-positions');
      return Float64Array.from(positions(context), (row) => (row >= 0 && columns.share_of_listed[row] > 0 ? 1 : 0));
    },
  },
  {
    ...POSITIONS,
    name: 'short_position_share',
    formula: 'reported short positions / listed shares',
    source: 'Boehmer, Jones and Zhang (2008)',
    range: atLeast(0),
    compute: (context) => {
      const { columns } = tableOf(context, 'short-positions');
      return fromRows(positions(context), (row) => columns.share_of_listed[row]);
    },
  },
  {
    ...POSITIONS,
    name: 'short_position_reporters',
    formula: 'how many report a short position',
    source: 'Jank, Roling and Smajlbegovic (2021)',
    kind: 'count',
    range: atLeast(0),
    compute: (context) => {
      const { columns } = tableOf(context, 'short-positions');
      return fromRows(positions(context), (row) => columns.reporters[row]);
    },
  },
  {
    ...POSITIONS,
    name: 'short_position_change',
    formula: 'reported short positions / listed shares - of the report before',
    source: 'Jank, Roling and Smajlbegovic (2021)',
    compute: (context) => {
      const { columns } = tableOf(context, 'short-positions');
      const before = positions(context, 1);
      return fromRows(positions(context), (row, bar) =>
        before[bar] < 0 ? Number.NaN : columns.share_of_listed[row] - columns.share_of_listed[before[bar]],
      );
    },
  },
];

export const creditFeatures: readonly FeatureDefinition[] = [...weekly, ...watch, ...sectors, ...reported];
