// Owns how a backtest reads on a terminal: what was traded and how, then its figures with names and units.
import type { Backtest } from '../../../core/contract/entities.ts';
import { counted, formatCount, formatFigure, formatPercent, formatTable, shortId } from '../format.ts';

export interface BacktestSetting {
  fill: 'close' | 'open';
  capital: number;
  firstDay: string;
  lastDay: string;
}

type Style = 'percent' | 'ratio' | 'count' | 'mean';

/** By their stored names, in the order shown. The interval of the Sharpe ratio stands beside it. */
const FIGURES: readonly [name: string, label: string, style: Style][] = [
  ['cagr', 'growth a year, after costs', 'percent'],
  ['volatility', 'volatility a year', 'percent'],
  ['sharpe', 'Sharpe, after costs', 'ratio'],
  ['gross_sharpe', 'Sharpe, before costs', 'ratio'],
  ['deflated_sharpe', 'deflated Sharpe (probability)', 'percent'],
  ['sortino', 'Sortino', 'ratio'],
  ['calmar', 'Calmar', 'ratio'],
  ['max_drawdown', 'deepest drawdown', 'percent'],
  ['hit_rate', 'days with a gain', 'percent'],
  ['turnover', 'turnover a day, one way', 'percent'],
  ['cost_drag', 'costs a year, of equity', 'percent'],
  ['gross_exposure', 'gross exposure, mean', 'percent'],
  ['net_exposure', 'net exposure, mean', 'percent'],
  ['positions', 'positions, mean', 'mean'],
  ['days', 'days', 'count'],
  ['trades', 'trades', 'count'],
  ['benchmark_cagr', 'universe: growth a year', 'percent'],
  ['benchmark_sharpe', 'universe: Sharpe', 'ratio'],
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

export function describeBacktest(backtest: Backtest, setting: BacktestSetting): string {
  const { statistics, trials } = backtest;
  const rows = FIGURES.map(([name, label, style]) => [
    label,
    write(statistics[name], style),
    name === 'sharpe' ? `95 % [${write(statistics.sharpe_low, style)}, ${write(statistics.sharpe_high, style)}]` : '',
  ]);
  return [
    `backtest ${shortId(backtest.id)} of checkpoint ${shortId(backtest.checkpointId)}, ${setting.firstDay} to ${setting.lastDay}; ` +
      `${counted(trials, 'trial')} on this dataset so far`,
    `rule: ${ruleText(backtest.rule)}`,
    `filled at the ${setting.fill} of the next bar; capital ${formatCount(setting.capital)}`,
    `costs: ${costText(backtest.costs)}`,
    '',
    formatTable(['figure', 'value', ''], rows),
  ].join('\n');
}

function ruleText({ kind, horizon, ...rest }: Backtest['rule']): string {
  const settings = Object.entries(rest).map(([name, value]) => `${name} ${String(value)}`);
  return `${String(kind)} by the ${String(horizon)}-day prediction; ${settings.join(', ')}`;
}

function costText({ commission, halfSpread, impact, borrow, delistingHaircut }: Backtest['costs']): string {
  return (
    `commission ${commission} bp, half spread ${halfSpread} bp, impact ${impact} × the square-root law, ` +
    `borrowing ${borrow} bp a year, ${formatPercent(delistingHaircut ?? 0)} lost on a delisting`
  );
}
