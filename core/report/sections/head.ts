// Owns the top of the sheet: what this is, the reading in a few sentences, warnings, key figures.
import { phaseTitle } from '../../base/phase-words.ts';
import type { Estimate } from '../../evaluate/bootstrap.ts';
import { intervalBar, sharedDomain } from '../charts/interval-bar.ts';
import { direction, interval, number, type Style } from '../format.ts';
import { html, type Markup } from '../html.ts';
import type { SplitPart, TearSheetInput } from '../input.ts';
import { fill, type Labels } from '../labels.ts';
import { warningTexts } from './warnings.ts';

export function head(input: TearSheetInput, labels: Labels): Markup {
  const { dataset, evaluation } = input;
  const facts: [string, string][] = [
    [labels.dataset, dataset.name],
    [labels.model, input.model],
    [labels.evaluated, `${evaluation.firstDay} … ${evaluation.lastDay}`],
    [
      '',
      [
        fill(labels.tradingDays, { count: number(evaluation.days, 'count') }),
        fill(labels.stocks, { count: number(evaluation.stocks, 'count') }),
        ...(input.split.length > 1 ? [fill(labels.walkForward, { folds: input.split.length })] : []),
      ].join(labels.listSeparator),
    ],
    [labels.created, input.created],
  ];
  const warnings = warningTexts(input, labels);
  return html`${
    dataset.synthetic &&
    html`<div class="synthetic"><b>${labels.synthetic}</b><span>${labels.syntheticNote}</span></div>`
  }
<header><p class="eyebrow">Phasor · ${labels.sheet}</p><h1>${input.title}</h1>
<dl>${facts.map(([name, value]) => html`<div><dt>${name || '\u00A0'}</dt><dd>${value}</dd></div>`)}</dl>${input.split.map((parts) => split(parts, labels))}</header>
<div class="brief"><section class="card"><h3>${labels.reading}</h3><ul>${reading(input, labels).map((text) => html`<li>${text}</li>`)}</ul></section>${
    warnings.length > 0 &&
    html`<section class="card note"><h3>${labels.warnings}</h3><ul>${warnings.map((text) => html`<li>${text}</li>`)}</ul></section>`
  }</div>`;
}

/** A strip to scale: how the days were divided. */
function split(parts: readonly SplitPart[], labels: Labels): Markup | false {
  if (parts.length === 0) return false;
  const days = ({ from, to }: SplitPart): number => Math.max(1, (Date.parse(to) - Date.parse(from)) / 86_400_000 + 1);
  return html`<div class="split">${parts.map(
    (part) =>
      html`<div class="${part.name}" style="flex:${Math.round(days(part))} 1 0" title="${labels[part.name]}: ${part.from} … ${part.to}">${
        part.name !== 'embargo' && html`<b>${labels[part.name]}</b>${part.from} … ${part.to}`
      }</div>`,
  )}</div>`;
}

/** What the figures allow to say, in sentences; no more than that. */
function reading({ evaluation, backtest, ledger, locale }: TearSheetInput, labels: Labels): string[] {
  const { rankIc } = evaluation.overall;
  const texts: string[] = [];
  if (rankIc.value === null) texts.push(labels.readingNone);
  else {
    const label = { above: labels.readingAbove, below: labels.readingBelow, open: labels.readingOpen }[
      direction(rankIc)
    ];
    texts.push(
      fill(label, {
        value: number(rankIc.value, 'ic'),
        interval: interval(rankIc, 'ic'),
        days: number(rankIc.days, 'count'),
      }),
    );
  }
  if (backtest) {
    const { cagr, sharpe, grossSharpe, belief } = backtest.statistics;
    texts.push(
      fill(labels.readingBook, {
        cagr: number(cagr, 'percent'),
        sharpe: number(sharpe.value, 'ratio'),
        interval: interval(sharpe, 'ratio'),
        gross: number(grossSharpe, 'ratio'),
      }),
    );
    if (belief.trials > 1)
      texts.push(
        fill(labels.readingLuck, {
          luck: number(belief.luck, 'ratio'),
          trials: number(belief.trials, 'count'),
          deflated: number(belief.deflated, 'percent'),
        }),
      );
  }
  const compared = ledger.filter(({ added }) => added !== null);
  const better = compared
    .filter(({ added }) => direction(added!.difference) === 'above')
    .map(({ name }) => phaseTitle(name, locale));
  if (compared.length > 0)
    texts.push(
      better.length > 0
        ? fill(labels.readingAdded, { names: better.join(labels.listSeparator) })
        : labels.readingNothingAdded,
    );
  for (const entry of ledger)
    if (entry.kind === 'baseline')
      texts.push(
        fill(labels.readingBaseline, {
          name: phaseTitle(entry.name, locale),
          value: `RankIC ${number(entry.rankIc.value, 'ic')}`,
        }),
      );
  return texts;
}

export function keyFigures({ evaluation, backtest }: TearSheetInput, labels: Labels): Markup {
  const { rankIc, rankIcir, hitRate, ic } = evaluation.overall;
  const tiles: (Markup | false)[] = [
    estimateTile(labels.rankIc, rankIc, 'ic', labels.noteDaily),
    estimateTile(labels.rankIcir, rankIcir, 'ratio', labels.noteDaily),
    backtest ? false : estimateTile(labels.ic, ic, 'ic', labels.noteDaily),
    estimateTile(labels.hitRate, hitRate, 'percent', labels.noteHit, 0.5),
  ];
  if (backtest) {
    const { sharpe, cagr, volatility, maxDrawdown, belief, turnover, costDrag } = backtest.statistics;
    tiles.push(
      estimateTile(labels.sharpe, sharpe, 'ratio', ''),
      tile(labels.cagr, number(cagr, 'percent'), fill(labels.noteVolatility, { value: number(volatility, 'percent') })),
      tile(
        labels.maxDrawdown,
        number(maxDrawdown ? -maxDrawdown.depth : 0, 'percent'),
        maxDrawdown
          ? fill(maxDrawdown.recovered ? labels.noteDrawdown : labels.noteDrawdownOpen, {
              days: maxDrawdown.days,
              until: maxDrawdown.recovered ?? '',
            })
          : '',
      ),
      tile(
        labels.deflated,
        number(belief.deflated, 'percent'),
        fill(labels.noteTrials, { count: number(belief.trials, 'count') }),
      ),
      tile(
        labels.turnover,
        number(turnover, 'percent'),
        fill(labels.noteTurnover, { value: number(costDrag, 'percent') }),
      ),
    );
  }
  return html`<h2>${labels.keyFigures}</h2><div class="tiles">${tiles}</div><p class="foot">${labels.noteInterval}</p>`;
}

/** @param origin the value of no skill, where the interval drawing has its tick */
function estimateTile(name: string, estimate: Estimate, style: Style, note: string, origin = 0): Markup {
  const shift = (value: number | null): number | null => (value === null ? null : value - origin);
  const shifted = { value: shift(estimate.value), low: shift(estimate.low), high: shift(estimate.high) };
  return html`<div class="tile"><span>${name}</span><strong>${number(estimate.value, style)}</strong>${intervalBar(shifted, sharedDomain([shifted]))}<small>${interval(estimate, style)}</small><small>${note}</small></div>`;
}

function tile(name: string, value: string, note: string): Markup {
  return html`<div class="tile"><span>${name}</span><strong>${value}</strong><small>${note}</small></div>`;
}
