// Owns features of who bought and sold in the market, by week as last published. All stocks share the day's value.
import { asOfDays } from '../../data/as-of.ts';
import type { SideTable } from '../../data/side-tables.ts';
import { spreadOverRows } from '../daily.ts';
import type { FeatureContext, FeatureDefinition } from '../definition.ts';
import { balance, meanOf, over, overReports, scoreOf, tableOf } from '../side-columns.ts';

/** A week is published on Thursday of the next; one that is older by more has holes behind it. */
const MOST_DAYS = 28;

const KINDS = [
  ['foreigners', 'foreigners', 'Hamao and Mei (2001)'],
  ['individuals', 'individuals', 'Kaniel, Saar and Titman (2008)'],
  ['trust_banks', 'trust banks, who hold for pension funds', 'Hamao and Mei (2001)'],
  ['investment_trusts', 'investment trusts', 'Warther (1995)'],
  ['proprietary', 'dealers for their own account', 'Hamao and Mei (2001)'],
  ['business_firms', 'business firms, buyers of own shares among them', 'Ikenberry, Lakonishok and Vermaelen (1995)'],
] as const;

const fromWeeks = (
  entry: Pick<FeatureDefinition, 'name' | 'formula' | 'source' | 'range'>,
  series: (table: SideTable) => Float64Array,
): FeatureDefinition => ({
  ...entry,
  family: 'investor flows',
  window: 0,
  warmup: 0,
  scope: 'cross-section',
  sameForAllStocks: true,
  inputs: ['investor-flows'],
  compute: (context) => spreadOverRows(context.bars, byDay(context, series)),
});

/** The value of the latest week that each day knows. */
function byDay(context: FeatureContext, series: (table: SideTable) => Float64Array): Float64Array {
  const { days } = context.bars;
  const table = tableOf(context, 'investor-flows');
  const market = table.codes.indexOf('');
  if (market < 0) return new Float64Array(days.length).fill(Number.NaN);
  const values = series(table);
  return Float64Array.from(asOfDays(table, market, days), (row, day) =>
    row < 0 || days[day] - table.period[row] > MOST_DAYS ? Number.NaN : values[row],
  );
}

const net = ({ columns }: SideTable, who: string): Float64Array =>
  columns[`${who}_bought`].map((bought, row) => balance(bought, columns[`${who}_sold`][row]));

export const flowFeatures: readonly FeatureDefinition[] = [
  ...KINDS.flatMap(([who, words, source]) => [
    fromWeeks(
      {
        name: `flow_${who}`,
        formula: `(bought - sold) / (bought + sold) of the latest week, ${words}`,
        source,
        range: [-1, 1],
      },
      (table) => net(table, who),
    ),
    fromWeeks(
      { name: `flow_${who}_4w`, formula: `mean over 4 weeks of flow_${who}`, source, range: [-1, 1] },
      (table) => overReports(table, net(table, who), 4, meanOf),
    ),
  ]),
  fromWeeks(
    {
      name: 'flow_foreigners_score_52w',
      formula: 'flow_foreigners in deviations from its mean over 52 weeks',
      source: 'Hamao and Mei (2001)',
      range: [-51 / Math.sqrt(52), 51 / Math.sqrt(52)],
    },
    (table) => overReports(table, net(table, 'foreigners'), 52, scoreOf),
  ),
  fromWeeks(
    {
      name: 'flow_foreigners_share',
      formula: 'trading of foreigners / that of foreigners and individuals',
      source: 'Hamao and Mei (2001)',
      range: [0, 1],
    },
    ({ columns }) =>
      columns.foreigners_bought.map((bought, row) => {
        const foreigners = bought + columns.foreigners_sold[row];
        return over(foreigners, foreigners + columns.individuals_bought[row] + columns.individuals_sold[row]);
      }),
  ),
];
