// Owns the backtest section: equity, drawdown, months, turnover, exposure, costs and the table of figures.
import type { BacktestSummary } from '../../backtest/backtest.ts';
import { COST_PARTS } from '../../backtest/costs.ts';
import { drawdowns } from '../../backtest/statistics.ts';
import { monthMap } from '../charts/month-map.ts';
import { timeChart } from '../charts/time-chart.ts';
import { interval, number } from '../format.ts';
import { html, type Markup } from '../html.ts';
import type { TearSheetInput } from '../input.ts';
import type { Labels } from '../labels.ts';
import { runningMean, SMOOTHING } from './skill.ts';

export function book({ backtest, locale }: TearSheetInput, labels: Labels): Markup | false {
  if (!backtest) return false;
  const { series, statistics, calendar, days } = backtest;
  const time = { dates: days, locale, dateLabel: labels.date };
  const net = series.equity.map((value) => value / series.equity[0]);
  const ofEquity = (values: readonly number[]): number[] => values.map((value, day) => value / series.equity[day]);
  const turnover = series.traded.map((value, day) => (day === 0 ? null : value / 2 / series.equity[day - 1]));
  return html`<h2>${labels.book}</h2><div class="grid"><div class="card wide">${timeChart({
    ...time,
    title: labels.equity,
    summary: `${labels.totalReturn} ${number(statistics.totalReturn, 'percent')}`,
    series: [
      { name: labels.universe, values: series.benchmark, tone: 'muted', kind: 'line' },
      { name: labels.gross, values: series.gross, tone: 'third', kind: 'dash' },
      { name: labels.net, values: net, tone: 'accent', kind: 'line' },
    ],
    valueLabel: labels.equityAxis,
    percent: false,
    decimals: 4,
    include: [1],
    size: 'wide',
  })}</div><div class="card wide">${timeChart({
    ...time,
    title: labels.drawdown,
    summary: `${labels.maxDrawdown} ${number(statistics.maxDrawdown ? -statistics.maxDrawdown.depth : 0, 'percent')}`,
    series: [{ name: labels.drawdown, values: drawdowns(series.equity), tone: 'warm', kind: 'area' }],
    valueLabel: labels.drawdownAxis,
    percent: true,
    decimals: 2,
    include: [0],
    size: 'wide',
  })}</div><div class="card wide"><h3>${labels.monthly}</h3>${monthMap(calendar, labels, locale)}</div>
<div class="card">${timeChart({
    ...time,
    title: labels.turnoverSeries,
    summary: number(statistics.turnover, 'percent'),
    series: [{ name: labels.turnover, values: runningMean(turnover, SMOOTHING), tone: 'accent', kind: 'line' }],
    valueLabel: labels.turnoverAxis,
    percent: true,
    decimals: 1,
    include: [0],
    size: 'half',
  })}</div><div class="card">${timeChart({
    ...time,
    title: labels.exposure,
    summary: `${labels.grossExposure} ${number(statistics.grossExposure, 'percent')}`,
    series: [
      { name: labels.longSide, values: ofEquity(series.long), tone: 'accent', kind: 'line' },
      { name: labels.shortSide, values: ofEquity(series.short).map((value) => -value), tone: 'warm', kind: 'dash' },
    ],
    valueLabel: labels.exposureAxis,
    percent: true,
    decimals: 1,
    include: [0],
    size: 'half',
  })}</div><div class="card"><h3>${labels.figures}</h3>${figures(backtest, labels)}</div><div class="card"><h3>${labels.costs}</h3>${costs(backtest, labels)}</div></div>`;
}

function figures({ statistics }: BacktestSummary, labels: Labels): Markup {
  const { benchmark } = statistics;
  return pairs([
    [labels.totalReturn, number(statistics.totalReturn, 'percent')],
    [labels.volatility, number(statistics.volatility, 'percent')],
    [labels.sharpe, `${number(statistics.sharpe.value, 'ratio')} (${interval(statistics.sharpe, 'ratio')})`],
    [labels.grossSharpe, number(statistics.grossSharpe, 'ratio')],
    [labels.sortino, number(statistics.sortino, 'ratio')],
    [labels.calmar, number(statistics.calmar, 'ratio')],
    [labels.probabilistic, number(statistics.belief.probabilistic, 'percent')],
    [labels.dayHitRate, number(statistics.hitRate, 'percent')],
    [labels.bestDay, number(statistics.bestDay, 'fine', true)],
    [labels.worstDay, number(statistics.worstDay, 'fine', true)],
    [labels.skewness, number(statistics.skewness, 'ratio')],
    [labels.kurtosis, number(statistics.kurtosis, 'ratio')],
    [labels.benchmark, `${number(benchmark.cagr, 'percent')}, ${number(benchmark.sharpe, 'ratio')}`],
  ]);
}

function costs({ statistics }: BacktestSummary, labels: Labels): Markup {
  const total = COST_PARTS.reduce((sum, part) => sum + statistics.costs[part], 0);
  const names = {
    commission: labels.commission,
    spread: labels.spreadCost,
    impact: labels.impact,
    borrow: labels.borrow,
    haircut: labels.haircut,
  };
  const share = (part: keyof typeof names): number => (total > 0 ? statistics.costs[part] / total : 0);
  const rows = COST_PARTS.map(
    (part) =>
      html`<tr><th scope="row">${names[part]}</th><td>${number(share(part), 'percent')}</td><td>${number(share(part) * statistics.costDrag, 'fine')}</td></tr>`,
  );
  return html`<table><thead><tr><th></th><th scope="col">${labels.costShare}</th><th scope="col">${labels.costYear}</th></tr></thead><tbody>${rows}<tr class="baseline"><th scope="row">${labels.costTotal}</th><td></td><td>${number(statistics.costDrag, 'fine')}</td></tr></tbody></table>${pairs(
    [
      [labels.turnover, number(statistics.turnover, 'percent')],
      [labels.trades, number(statistics.trades, 'count')],
      [labels.positions, number(statistics.positions, 'count')],
      [labels.holding, number(statistics.averageHolding, 'ratio')],
      [labels.grossExposure, number(statistics.grossExposure, 'percent')],
      [labels.netExposure, number(statistics.netExposure, 'percent')],
    ],
  )}`;
}

function pairs(entries: readonly [string, string][]): Markup {
  return html`<dl class="pairs">${entries.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}
