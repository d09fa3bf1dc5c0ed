// Owns how a backtest reads on a terminal: what was traded and how, then its figures with names and units.
import type { Locale } from '../../../core/base/messages/table.ts';
import type { Backtest } from '../../../core/contract/entities.ts';
import { formatCount, formatFigure, formatPercent, formatTable, shortId } from '../format.ts';
import { BACKTEST } from '../words/backtest.ts';
import { COMMON } from '../words/common.ts';

export interface BacktestSetting {
  fill: 'close' | 'open';
  capital: number;
  firstDay: string;
  lastDay: string;
}

type Style = 'percent' | 'ratio' | 'count' | 'mean';

/** In the order shown. The interval of the Sharpe ratio stands beside it. */
const FIGURES: readonly [name: keyof (typeof BACKTEST)['en']['figures'], style: Style][] = [
  ['cagr', 'percent'],
  ['volatility', 'percent'],
  ['sharpe', 'ratio'],
  ['gross_sharpe', 'ratio'],
  ['deflated_sharpe', 'percent'],
  ['sortino', 'ratio'],
  ['calmar', 'ratio'],
  ['max_drawdown', 'percent'],
  ['hit_rate', 'percent'],
  ['turnover', 'percent'],
  ['cost_drag', 'percent'],
  ['gross_exposure', 'percent'],
  ['net_exposure', 'percent'],
  ['positions', 'mean'],
  ['days', 'count'],
  ['trades', 'count'],
  ['benchmark_cagr', 'percent'],
  ['benchmark_sharpe', 'ratio'],
];

function write(value: number | null | undefined, style: Style): string {
  if (value === null || value === undefined) return '-';
  switch (style) {
    case 'percent':
      return formatPercent(value);
    case 'ratio':
      return formatFigure(value, 2);
    case 'mean':
      return formatFigure(value, 1);
    case 'count':
      return formatCount(value);
  }
}

export function describeBacktest(backtest: Backtest, setting: BacktestSetting, locale: Locale): string {
  const { statistics, trials, costs } = backtest;
  const words = BACKTEST[locale];
  const rows = FIGURES.map(([name, style]) => [
    words.figures[name],
    write(statistics[name], style),
    name === 'sharpe' ? words.interval(write(statistics.sharpe_low, style), write(statistics.sharpe_high, style)) : '',
  ]);
  const span = COMMON[locale].span(setting.firstDay, setting.lastDay);
  return [
    words.head(shortId(backtest.id), shortId(backtest.checkpointId), span, trials),
    ruleText(backtest.rule, locale),
    words.filled(words.fills[setting.fill], formatCount(setting.capital)),
    words.costs({
      commission: costs.commission,
      halfSpread: costs.halfSpread,
      impact: costs.impact,
      borrow: costs.borrow,
      haircut: formatPercent(costs.delistingHaircut ?? 0),
    }),
    '',
    formatTable(words.heads, rows),
  ].join('\n');
}

function ruleText({ kind, horizon, ...rest }: Backtest['rule'], locale: Locale): string {
  const words = BACKTEST[locale];
  const settings = Object.entries(rest).map(([name, value]) => words.ruleSetting(name, String(value)));
  return words.ruleLine(String(kind), String(horizon), settings);
}
