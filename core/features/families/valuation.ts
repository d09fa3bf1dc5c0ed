// Owns features of the price against what a company discloses, and of how well it earns on what it has.
import type { FeatureDefinition } from '../definition.ts';
import { disclosed, MARKET_VALUE, priced } from '../disclosures.ts';
import type { Fundamentals } from '../fundamentals.ts';
import { over } from '../side-columns.ts';
import { atLeast } from './build.ts';

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
      'Ota (2010), company forecasts',
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
    { name: 'cash_to_assets', formula: 'cash / total assets', source: 'Palazzo (2012)', range: atLeast(0) },
    (of, at) => over(of.level.cash[at], of.level.total_assets[at]),
  ),
  disclosed(
    'profitability',
    {
      name: 'own_shares',
      formula: 'own shares / shares outstanding',
      source: 'Ikenberry, Lakonishok and Vermaelen (1995)',
      range: atLeast(0),
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

export const valuationFeatures: readonly FeatureDefinition[] = [...valuation, ...dividends, ...profitability];
