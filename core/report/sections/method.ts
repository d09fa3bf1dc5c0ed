// Owns the end of the sheet: every assumption, the configuration and where the figures come from.
import type { BacktestOptions } from '../../backtest/backtest.ts';
import { number } from '../format.ts';
import { html, type Markup } from '../html.ts';
import type { TearSheetInput } from '../input.ts';
import { fill, type Labels } from '../labels.ts';

export function method(input: TearSheetInput, labels: Labels): Markup {
  const { minNodes, draws, seed } = input.evaluation.options;
  const assumptions = [
    ...(input.backtest ? bookAssumptions(input.backtest.options, labels) : []),
    fill(labels.intervalRule, { draws: number(draws, 'count'), seed, stocks: minNodes }),
  ];
  return html`<h2>${labels.method}</h2><div class="grid"><div class="card wide"><h3>${labels.assumptions}</h3><ul class="plain">${assumptions.map((text) => html`<li>${text}</li>`)}</ul></div>${
    input.config !== '' &&
    html`<div class="card wide config"><h3>${labels.config}</h3><pre>${withShortLists(input.config)}</pre></div>`
  }${
    input.lineage.length > 0 &&
    html`<div class="card wide"><h3>${labels.lineage}</h3><table class="lineage"><tbody>${input.lineage.map(
      ([name, value]) => html`<tr><th scope="row">${name}</th><td>${value}</td></tr>`,
    )}</tbody></table></div>`
  }</div>`;
}

/** Hundreds of features, one on a line, would be pages: a list of plain values stands in one line, which is YAML as well. */
export const withShortLists = (yaml: string): string =>
  yaml.replaceAll(/(?:^ *- [^\s:{[][^\n:]*(?:\n|$))+/gm, (list) => {
    const indent = /^ */.exec(list)![0];
    const values = [...list.matchAll(/^ *- (.+)$/gm)].map(([, value]) => value);
    return `${indent}[${values.join(', ')}]\n`;
  });

function bookAssumptions({ rule, costs, fill: at, delistedAfter }: BacktestOptions, labels: Labels): string[] {
  const text =
    rule.kind === 'top-k'
      ? fill(labels.ruleTopK, { ...rule, invested: number(rule.invested, 'percent') })
      : fill(rule.rebalance === 'sleeves' ? labels.ruleSleeves : labels.rulePeriodic, {
          groups: rule.groups,
          horizon: rule.horizon,
          gross: number(rule.gross, 'percent'),
        });
  return [
    text,
    at === 'close' ? labels.fillClose : labels.fillOpen,
    fill(labels.costRule, { ...costs, spread: costs.halfSpread }),
    fill(labels.delistRule, { days: delistedAfter, haircut: number(costs.delistingHaircut, 'percent') }),
  ];
}
