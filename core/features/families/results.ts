// Owns features of a company's results: growth, surprises, and the company's own forecasts with their revisions.
import type { FeatureDefinition } from '../definition.ts';
import { CHANGE, change, disclosed, MARKET_VALUE, priced } from '../disclosures.ts';
import { FIGURES, type Figure } from '../fundamentals.ts';
import { balance, over } from '../side-columns.ts';

const TRAILING = 'of the latest four quarters';
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

export const resultFeatures: readonly FeatureDefinition[] = [...growth, ...surprises, ...forecasts];
