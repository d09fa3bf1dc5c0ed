// Owns features of financial statements as they had been disclosed on the day: valuation, profitability, growth, forecasts, surprises.
import { FIGURES, type Figure, type Fundamentals, fundamentalsOf } from '../fundamentals.ts';
import type { FeatureContext, FeatureDefinition } from '../definition.ts';
import { balance, dayOf, factorsAt, fromRows, over, rowsAsOf, tableOf } from '../side-columns.ts';
import { byStock } from '../../data/as-of.ts';
import { atLeast } from './build.ts';

/** Calendar days after which a disclosure no longer stands for the company; some 261 weekdays. */
const MOST_DAYS = 365;
const MOST_BARS = 261;

type Entry = Pick<FeatureDefinition, 'name' | 'formula' | 'source' | 'range'>;
const INDICATOR = 'has_statement';

const fundamentals = (context: FeatureContext): Fundamentals =>
  context.shared('fundamentals', () => fundamentalsOf(tableOf(context, 'statements')));

/** For each bar the latest disclosure that its day knows, -1 where there is none of the past year. */
function disclosures(context: FeatureContext): Int32Array {
  return context.shared('disclosures', () => {
    const { bars } = context;
    const { known } = tableOf(context, 'statements');
    // The latest disclosure, whatever it is about: what it amounts to is worked out in order of disclosure.
    const rows = rowsAsOf(context, 'statements', Number.POSITIVE_INFINITY, { key: byStock(bars), by: 'known' });
    for (let i = 0; i < rows.length; i++) if (rows[i] >= 0 && dayOf(bars, i) - known[rows[i]] > MOST_DAYS) rows[i] = -1;
    return rows;
  });
}

/** A feature of what was disclosed alone. */
const disclosed = (
  family: string,
  entry: Entry,
  value: (of: Fundamentals, at: number) => number,
): FeatureDefinition => ({
  ...entry,
  family,
  window: 0,
  warmup: 0,
  scope: 'stock',
  inputs: ['statements'],
  indicator: INDICATOR,
  compute: (context) => {
    const of = fundamentals(context);
    return fromRows(disclosures(context), (at) => value(of, at));
  },
});

/** Scale of the shares that each disclosure counts in. */
function factorsOfDisclosures(context: FeatureContext): Float64Array {
  return context.shared('factors of disclosures', () => {
    const statements = tableOf(context, 'statements');
    return factorsAt(context.bars, statements, statements.known);
  });
}

/**
 * A feature of what was disclosed and of the price: `price` gives C by the share as counted in a disclosure, NaN where that is too old to
 * say; `marketValue` is that times the shares of the latest count, own ones left out.
 */
const priced = (
  family: string,
  entry: Entry,
  value: (of: Fundamentals, at: number, price: (row: number) => number, marketValue: number) => number,
): FeatureDefinition => ({
  ...entry,
  family,
  window: MOST_BARS,
  warmup: 0,
  scope: 'stock',
  inputs: ['statements', 'factor'],
  indicator: INDICATOR,
  compute: (context) => {
    const { bars } = context;
    const of = fundamentals(context);
    const { known } = tableOf(context, 'statements');
    const factors = factorsOfDisclosures(context);
    return fromRows(disclosures(context), (at, row) => {
      const price = (from: number): number =>
        from >= 0 && dayOf(bars, row) - known[from] <= MOST_DAYS ? bars.close[row] / factors[from] : Number.NaN;
      const { shares_outstanding, treasury_shares } = of.level;
      const shares = shares_outstanding[at] - (treasury_shares[at] || 0);
      return value(of, at, price, price(of.sharesRow[at]) * shares);
    });
  },
});

const MARKET_VALUE = 'market value, C x shares outstanding without own shares';

const valuation = (
  [
    ['earnings_yield', 'profit of the latest four quarters', 'Basu (1977)', (of, at) => of.year.profit[at]],
    [
      'operating_profit_yield',
      'operating profit of the latest four quarters',
      'Greenblatt (2006), in spirit',
      (of, at) => of.year.operating_profit[at],
    ],
    [
      'sales_to_price',
      'sales of the latest four quarters',
      'Barbee, Mukherji and Raines (1996)',
      (of, at) => of.year.sales[at],
    ],
    ['book_to_price', 'equity', 'Fama and French (1992)', (of, at) => of.level.equity[at]],
    [
      'cash_flow_yield',
      'operating cash flow of the latest whole year known',
      'Lakonishok, Shleifer and Vishny (1994)',
      (of, at) => of.year.operating_cash_flow[at],
    ],
    [
      'free_cash_flow_yield',
      'operating and investing cash flow of the latest whole year known',
      'Lakonishok, Shleifer and Vishny (1994)',
      (of, at) => of.year.operating_cash_flow[at] + of.year.investing_cash_flow[at],
    ],
    ['cash_to_price', 'cash', 'Palazzo (2012)', (of, at) => of.level.cash[at]],
    [
      'forecast_earnings_yield',
      'profit that the company forecasts for the year',
      'Kubota, Suda and Takehara (2010), company forecasts',
      (of, at) => of.forecast.profit[at],
    ],
  ] as [string, string, string, (of: Fundamentals, at: number) => number][]
).map(([name, what, source, amount]) =>
  priced('valuation', { name, formula: `${what} / ${MARKET_VALUE}`, source }, (of, at, _, marketValue) =>
    over(amount(of, at), marketValue),
  ),
);

const dividends = [
  priced(
    'valuation',
    {
      name: 'dividend_yield',
      formula: 'dividend by the share of the latest whole year / C',
      source: 'Litzenberger and Ramaswamy (1979)',
      range: atLeast(0),
    },
    (of, at, price) => over(of.dividend[at], price(of.dividendRow[at])),
  ),
  priced(
    'forecast',
    {
      name: 'forecast_dividend_yield',
      formula: 'dividend by the share that the company forecasts / C',
      source: 'Litzenberger and Ramaswamy (1979)',
      range: atLeast(0),
    },
    (of, at, price) => over(of.forecastDividend[at], price(of.forecastDividendRow[at])),
  ),
];

const mean = (a: number, b: number): number => (Number.isNaN(b) ? a : (a + b) / 2);
const TRAILING = 'of the latest four quarters';

const profitability = [
  disclosed(
    'profitability',
    {
      name: 'return_on_equity',
      formula: `profit ${TRAILING} / mean equity of the year`,
      source: 'Haugen and Baker (1996)',
    },
    (of, at) => over(of.year.profit[at], mean(of.level.equity[at], of.levelBefore.equity[at])),
  ),
  disclosed(
    'profitability',
    {
      name: 'return_on_assets',
      formula: `profit ${TRAILING} / mean total assets of the year`,
      source: 'Balakrishnan, Bartov and Faurel (2010)',
    },
    (of, at) => over(of.year.profit[at], mean(of.level.total_assets[at], of.levelBefore.total_assets[at])),
  ),
  disclosed(
    'profitability',
    {
      name: 'operating_return_on_assets',
      formula: `operating profit ${TRAILING} / mean total assets of the year`,
      source: 'Fama and French (2006)',
    },
    (of, at) => over(of.year.operating_profit[at], mean(of.level.total_assets[at], of.levelBefore.total_assets[at])),
  ),
  disclosed(
    'profitability',
    { name: 'operating_margin', formula: `operating profit / sales ${TRAILING}`, source: 'Soliman (2008)' },
    (of, at) => over(of.year.operating_profit[at], of.year.sales[at]),
  ),
  disclosed(
    'profitability',
    { name: 'ordinary_margin', formula: `ordinary profit / sales ${TRAILING}`, source: 'Soliman (2008)' },
    (of, at) => over(of.year.ordinary_profit[at], of.year.sales[at]),
  ),
  disclosed(
    'profitability',
    { name: 'net_margin', formula: `profit / sales ${TRAILING}`, source: 'Soliman (2008)' },
    (of, at) => over(of.year.profit[at], of.year.sales[at]),
  ),
  disclosed(
    'profitability',
    {
      name: 'asset_turnover',
      formula: `sales ${TRAILING} / mean total assets of the year`,
      source: 'Soliman (2008)',
      range: atLeast(0),
    },
    (of, at) => over(of.year.sales[at], mean(of.level.total_assets[at], of.levelBefore.total_assets[at])),
  ),
  disclosed(
    'profitability',
    {
      name: 'accruals',
      formula: '(profit - operating cash flow) of the latest four quarters with both / total assets',
      source: 'Sloan (1996)',
    },
    (of, at) => over(of.accruals[at], of.level.total_assets[at]),
  ),
  disclosed(
    'profitability',
    {
      name: 'cash_return_on_assets',
      formula: 'operating cash flow of the latest whole year known / total assets',
      source: 'Piotroski (2000)',
    },
    (of, at) => over(of.year.operating_cash_flow[at], of.level.total_assets[at]),
  ),
  disclosed(
    'profitability',
    {
      name: 'equity_ratio',
      formula: 'equity / total assets',
      source: 'Bhandari (1988)',
      range: [Number.NEGATIVE_INFINITY, 1],
    },
    (of, at) => over(of.level.equity[at], of.level.total_assets[at]),
  ),
  disclosed(
    'profitability',
    {
      name: 'leverage',
      formula: 'total assets / equity, NaN where equity is not positive',
      source: 'Bhandari (1988)',
      range: atLeast(0),
    },
    (of, at) => over(of.level.total_assets[at], of.level.equity[at]),
  ),
  disclosed(
    'profitability',
    { name: 'cash_to_assets', formula: 'cash / total assets', source: 'Palazzo (2012)', range: [0, 1] },
    (of, at) => over(of.level.cash[at], of.level.total_assets[at]),
  ),
  disclosed(
    'profitability',
    {
      name: 'own_shares',
      formula: 'own shares / shares outstanding',
      source: 'Ikenberry, Lakonishok and Vermaelen (1995)',
      range: [0, 1],
    },
    (of, at) => over(of.level.treasury_shares[at], of.level.shares_outstanding[at]),
  ),
  disclosed(
    'profitability',
    {
      name: 'return_on_equity_change',
      formula: 'profit / equity of the latest four quarters - of the four before',
      source: 'Piotroski (2000)',
    },
    (of, at) =>
      over(of.year.profit[at], of.level.equity[at]) - over(of.yearBefore.profit[at], of.levelBefore.equity[at]),
  ),
  disclosed(
    'profitability',
    {
      name: 'operating_margin_change',
      formula: 'operating profit / sales of the latest four quarters - of the four before',
      source: 'Soliman (2008)',
    },
    (of, at) =>
      over(of.year.operating_profit[at], of.year.sales[at]) -
      over(of.yearBefore.operating_profit[at], of.yearBefore.sales[at]),
  ),
];

/** Of two amounts of any sign, from -1 to 1: their difference over the sum of their sizes. */
const change = (now: number, before: number): number => over(now - before, Math.abs(now) + Math.abs(before));
const CHANGE = '(now - before) / (|now| + |before|)';
const words = (figure: Figure): string => figure.replace('_', ' ');

const growth = [
  ...FIGURES.flatMap((figure) => [
    disclosed(
      'growth',
      {
        name: `${figure}_growth`,
        formula: `${CHANGE} of ${words(figure)} ${TRAILING} and of the four before`,
        source: 'Lakonishok, Shleifer and Vishny (1994)',
        range: [-1, 1],
      },
      (of, at) => change(of.year[figure][at], of.yearBefore[figure][at]),
    ),
    disclosed(
      'growth',
      {
        name: `${figure}_growth_quarter`,
        formula: `${CHANGE} of ${words(figure)} of the latest quarter and of the same a year earlier`,
        source: 'Jegadeesh and Livnat (2006)',
        range: [-1, 1],
      },
      (of, at) => change(of.quarter[figure][at], of.quarterBefore[figure][at]),
    ),
  ]),
  disclosed(
    'growth',
    {
      name: 'profit_acceleration',
      formula: 'profit_growth_quarter - profit_growth',
      source: 'He and Narayanamoorthy (2020)',
      range: [-2, 2],
    },
    (of, at) =>
      change(of.quarter.profit[at], of.quarterBefore.profit[at]) - change(of.year.profit[at], of.yearBefore.profit[at]),
  ),
  ...(['total_assets', 'equity'] as const).map((level) =>
    disclosed(
      'growth',
      {
        name: level === 'equity' ? 'equity_growth' : 'asset_growth',
        formula: `${CHANGE} of ${level.replace('_', ' ')} over a year`,
        source: 'Cooper, Gulen and Schill (2008)',
        range: [-1, 1],
      },
      (of, at) => change(of.level[level][at], of.levelBefore[level][at]),
    ),
  ),
];

const surprises = [
  disclosed(
    'surprise',
    {
      name: 'quarterly_profit_surprise',
      formula: '(profit of the latest quarter - of the same a year earlier) / total assets',
      source: 'Foster, Olsen and Shevlin (1984)',
    },
    (of, at) => over(of.quarter.profit[at] - of.quarterBefore.profit[at], of.level.total_assets[at]),
  ),
  priced(
    'surprise',
    {
      name: 'profit_surprise_to_price',
      formula: `(profit of the latest quarter - of the same a year earlier) / ${MARKET_VALUE}`,
      source: 'Bernard and Thomas (1989)',
    },
    (of, at, _, marketValue) => over(of.quarter.profit[at] - of.quarterBefore.profit[at], marketValue),
  ),
  ...FIGURES.map((figure) =>
    disclosed(
      'surprise',
      {
        name: `${figure}_against_forecast`,
        formula: `${CHANGE} of ${words(figure)} of the latest whole year and of the company's last forecast of it`,
        source: 'Kato, Skinner and Kunimura (2009)',
        range: [-1, 1],
      },
      (of, at) => change(of.fullYear[figure][at], of.fullYearForecast[figure][at]),
    ),
  ),
];

const forecasts = [
  ...FIGURES.flatMap((figure) => [
    disclosed(
      'forecast',
      {
        name: `${figure}_forecast_revision`,
        formula: `${CHANGE} of the company's latest forecast of ${words(figure)} and of the one before it for the same year`,
        source: 'Kato, Skinner and Kunimura (2009)',
        range: [-1, 1],
      },
      (of, at) => change(of.forecast[figure][at], of.forecastBefore[figure][at]),
    ),
    disclosed(
      'forecast',
      {
        name: `${figure}_forecast_growth`,
        formula: `${CHANGE} of the company's forecast of ${words(figure)} and of its latest whole year`,
        source: 'Ota (2010)',
        range: [-1, 1],
      },
      (of, at) => change(of.forecast[figure][at], of.fullYear[figure][at]),
    ),
    disclosed(
      'forecast',
      {
        name: `${figure}_progress`,
        formula: `${words(figure)} of the year so far / the company's forecast of it - share of the year passed`,
        source: 'progress rate, as Tokyo practice has it',
      },
      (of, at) => of.progress[figure][at] - of.passed[at],
    ),
  ]),
  disclosed(
    'forecast',
    {
      name: 'profit_forecast_drift',
      formula: `${CHANGE} of the company's latest forecast of profit and of its first for the same year`,
      source: 'Kato, Skinner and Kunimura (2009)',
      range: [-1, 1],
    },
    (of, at) => change(of.forecast.profit[at], of.forecastFirst.profit[at]),
  ),
  priced(
    'forecast',
    {
      name: 'profit_revision_to_price',
      formula: `(latest forecast of profit - the one before it for the same year) / ${MARKET_VALUE}`,
      source: 'Gleason and Lee (2003), of company forecasts',
    },
    (of, at, _, marketValue) => over(of.forecast.profit[at] - of.forecastBefore.profit[at], marketValue),
  ),
  priced(
    'forecast',
    {
      name: 'dividend_forecast_growth',
      formula: '(forecast dividend - dividend of the latest whole year) / their sum, by the share of today',
      source: 'Michaely, Thaler and Womack (1995)',
      range: [-1, 1],
    },
    (of, at, price) =>
      balance(
        over(of.forecastDividend[at], price(of.forecastDividendRow[at])),
        over(of.dividend[at], price(of.dividendRow[at])),
      ),
  ),
];

const presence: FeatureDefinition = {
  name: INDICATOR,
  family: 'event',
  formula: '1 where the company disclosed results or forecasts within the past 365 days, else 0',
  window: 0,
  warmup: 0,
  source: 'indicator of what is missing',
  scope: 'stock',
  inputs: ['statements'],
  kind: 'flag',
  range: [0, 1],
  compute: (context) => Float64Array.from(disclosures(context), (row) => (row >= 0 ? 1 : 0)),
};

export const statementFeatures: readonly FeatureDefinition[] = [
  presence,
  ...valuation,
  ...dividends,
  ...profitability,
  ...growth,
  ...surprises,
  ...forecasts,
];
