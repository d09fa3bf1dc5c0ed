// Owns the forecasting section: metrics by horizon, the IC series, deciles, calibration, uncertainty.
import type { Estimate } from '../../evaluate/bootstrap.ts';
import type { Evaluation, HorizonEvaluation } from '../../evaluate/evaluate.ts';
import { categoryChart } from '../charts/category-chart.ts';
import type { Tone } from '../charts/frame.ts';
import { timeChart } from '../charts/time-chart.ts';
import { direction, interval, number, type Style } from '../format.ts';
import { html, type Markup } from '../html.ts';
import { shownHorizon, type TearSheetInput } from '../input.ts';
import { fill, type Labels } from '../labels.ts';

/** Days of the running means in charts. */
export const SMOOTHING = 20;

export function skill(input: TearSheetInput, labels: Labels): Markup {
  const { evaluation, locale } = input;
  const { daily } = evaluation;
  const shown = shownHorizon(input);
  const rankIc = daily.overall.rankIc;
  // Spreads of h days overlap h-fold; over h they add up as the returns of one book do.
  const spread = daily.horizons
    .find(({ horizon }) => horizon === shown.horizon)!
    .spread.map((value) => value && value / shown.horizon);
  const time = { dates: daily.days, locale, dateLabel: labels.date, percent: false };
  return html`<h2>${labels.skill}</h2><p class="lead">${labels.skillNote}</p>
<div class="card scroll" tabindex="0" role="group" aria-label="${labels.skill}">${horizonTable(evaluation, labels)}</div>
<div class="grid"><div class="card wide">${timeChart({
    ...time,
    title: labels.dailyRankIc,
    summary: summaryOf(labels.rankIc, evaluation.overall.rankIc, 'ic'),
    series: [
      { name: labels.daily, values: rankIc, tone: 'muted', kind: 'bars' },
      { name: labels.mean20, values: runningMean(rankIc, SMOOTHING), tone: 'accent', kind: 'line' },
    ],
    valueLabel: labels.rankIcAxis,
    decimals: 4,
    include: [0],
    size: 'wide',
  })}</div><div class="card">${timeChart({
    ...time,
    title: labels.cumulativeIc,
    summary: summaryOf(labels.rankIc, evaluation.overall.rankIc, 'ic'),
    series: [
      { name: labels.rankIc, values: runningSum(rankIc), tone: 'accent', kind: 'line' },
      { name: labels.ic, values: runningSum(daily.overall.ic), tone: 'warm', kind: 'dash' },
    ],
    valueLabel: labels.cumulativeAxis,
    decimals: 2,
    include: [0],
    size: 'half',
  })}</div><div class="card">${timeChart({
    ...time,
    title: fill(labels.cumulativeSpread, { horizon: shown.horizon }),
    summary: summaryOf(labels.spread, shown.spread, 'fine'),
    series: [{ name: labels.spread, values: runningSum(spread), tone: 'accent', kind: 'line' }],
    valueLabel: labels.cumulativeSpreadAxis,
    percent: true,
    decimals: 1,
    include: [0],
    size: 'half',
  })}</div><div class="card">${categoryChart({
    kind: 'bar',
    title: fill(labels.deciles, { horizon: shown.horizon }),
    summary: shown.deciles.map(({ value }) => number(value, 'fine')).join(', '),
    categories: shown.deciles.map((_, i) => String(i + 1)),
    series: [{ name: labels.decile, tone: 'accent', values: shown.deciles }],
    valueLabel: labels.decilesAxis,
    categoryLabel: labels.decilesCategory,
    style: 'fine',
    include: [0],
  })}</div><div class="card">${categoryChart({
    kind: 'dot',
    title: labels.byHorizon,
    summary: evaluation.horizons.map(({ horizon, rankIc }) => `${horizon}: ${number(rankIc.value, 'ic')}`).join(', '),
    categories: evaluation.horizons.map(({ horizon }) => String(horizon)),
    series: [{ name: labels.rankIc, tone: 'accent', values: evaluation.horizons.map((one) => one.rankIc) }],
    valueLabel: labels.rankIcAxis,
    categoryLabel: labels.horizonCategory,
    style: 'ic',
    include: [0],
  })}</div><div class="card">${calibration(evaluation.horizons, labels)}</div>${
    shown.uncertainty.some(({ value }) => value !== null) &&
    html`<div class="card">${categoryChart({
      kind: 'bar',
      title: fill(labels.uncertainty, { horizon: shown.horizon }),
      summary: shown.uncertainty.map(({ value }) => number(value, 'ic')).join(', '),
      categories: [labels.certain, labels.middling, labels.uncertain],
      series: [{ name: labels.rankIc, tone: 'accent', values: shown.uncertainty }],
      valueLabel: labels.rankIcAxis,
      categoryLabel: labels.uncertaintyCategory,
      style: 'ic',
      include: [0],
    })}</div>`
  }</div>`;
}

function horizonTable({ horizons, overall }: Evaluation, labels: Labels): Markup {
  const cell = (estimate: Estimate, style: Style, tinted = false): Markup =>
    html`<td${tinted && direction(estimate) !== 'open' && html` class="${direction(estimate)}"`}>${number(estimate.value, style)}<small>${interval(estimate, style)}</small></td>`;
  const row = (one: HorizonEvaluation): Markup => {
    const { evaluated, tooFew, constantPrediction, constantOutcome } = one.days;
    return html`<tr><th scope="row">${fill(labels.horizonDays, { count: one.horizon })}</th>${cell(one.rankIc, 'ic', true)}${cell(one.ic, 'ic', true)}${cell(one.rankIcir, 'ratio')}${cell(one.icir, 'ratio')}${cell(one.hitRate, 'percent')}${cell(one.spread, 'fine', true)}${cell(one.spreadSharpe, 'ratio')}<td>${evaluated}</td><td>${tooFew + constantPrediction + constantOutcome}</td></tr>`;
  };
  return html`<table><thead><tr><th scope="col">${labels.horizon}</th>${[
    labels.rankIc,
    labels.ic,
    labels.rankIcir,
    labels.icir,
    labels.hitRate,
    labels.spread,
    labels.spreadSharpe,
    labels.days,
    labels.skipped,
  ].map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${horizons.map(row)}${
    horizons.length > 1 &&
    html`<tr class="baseline"><th scope="row">${labels.overall}</th>${cell(overall.rankIc, 'ic', true)}${cell(overall.ic, 'ic', true)}${cell(overall.rankIcir, 'ratio')}${cell(overall.icir, 'ratio')}${cell(overall.hitRate, 'percent')}<td></td><td></td><td>${overall.rankIc.days}</td><td></td></tr>`
  }</tbody></table>`;
}

function calibration(horizons: readonly HorizonEvaluation[], labels: Labels): Markup {
  const tones: Tone[] = ['warm', 'accent', 'third'];
  const { calibration: quantiles } = horizons[0];
  return categoryChart({
    kind: 'dot',
    title: labels.calibration,
    summary: quantiles.map(({ quantile, coverage }) => `${quantile}: ${number(coverage.value, 'percent')}`).join(', '),
    categories: horizons.map(({ horizon }) => String(horizon)),
    series: quantiles.map(({ quantile }, q) => ({
      name: fill(labels.quantile, { value: quantile }),
      tone: tones[q % tones.length],
      values: horizons.map((one) => one.calibration[q].coverage),
    })),
    valueLabel: labels.calibrationAxis,
    categoryLabel: labels.horizonCategory,
    style: 'percent',
    references: quantiles.map(({ quantile }) => quantile),
    include: [0, 1],
  });
}

function summaryOf(name: string, estimate: Estimate, style: Style): string {
  return `${name} ${number(estimate.value, style)} (${interval(estimate, style)})`;
}

/** Mean of the last `width` known values; null until there are that many, and on days without one. */
export function runningMean(values: readonly (number | null)[], width: number): (number | null)[] {
  const known: number[] = [];
  let sum = 0;
  return values.map((value) => {
    if (value === null) return null;
    known.push(value);
    sum += value;
    if (known.length > width) sum -= known[known.length - 1 - width];
    return known.length < width ? null : sum / width;
  });
}

function runningSum(values: readonly (number | null)[]): (number | null)[] {
  let sum = 0;
  return values.map((value) => (value === null ? null : (sum += value)));
}
