// Owns the phase ledger of the sheet: a table with one interval drawing a row, on a shared scale.
import { phaseTitle } from '../../base/phase-words.ts';
import { intervalBar, sharedDomain } from '../charts/interval-bar.ts';
import { direction, interval, number, UNDEFINED } from '../format.ts';
import { html, type Markup } from '../html.ts';
import type { TearSheetInput } from '../input.ts';
import type { Labels } from '../labels.ts';
import { carriedOf, hasCarried, pText, verdictOf } from '../ledger.ts';

export function phases({ ledger, locale }: TearSheetInput, labels: Labels): Markup | false {
  if (ledger.length === 0) return false;
  const level = sharedDomain(ledger.map(({ rankIc }) => rankIc));
  const gain = sharedDomain(ledger.map(({ added }) => added?.difference ?? null));
  const rows = ledger.map((entry) => {
    const difference = entry.added?.difference;
    const tone = difference ? direction(difference) : 'open';
    return html`<tr class="${entry.kind}"><th scope="row" class="wrap name">${breakable(phaseTitle(entry.name, locale))}${entry.parent !== null && html`<small>${labels.parent}: ${phaseTitle(entry.parent, locale)}</small>`}</th>
<td class="left">${intervalBar(entry.rankIc, level, 90)}</td><td>${number(entry.rankIc.value, 'ic')}<small>${interval(entry.rankIc, 'ic')}</small></td>
<td>${number(entry.ic.value, 'ic')}</td><td>${number(entry.rankIcir.value, 'ratio')}</td><td>${number(entry.hitRate.value, 'percent')}</td>
<td class="left">${difference && intervalBar(difference, gain, 90)}</td><td>${difference ? number(difference.value, 'ic', true) : UNDEFINED}<small>${difference && interval(difference, 'ic', true)}</small></td>
<td>${pText(entry.added)}</td><td class="left ${tone}">${verdictOf(entry, labels)}<small>${carriedOf(entry, labels)}</small></td></tr>`;
  });
  return html`<h2>${labels.phases}</h2><p class="lead">${labels.phasesNote}</p><div class="card scroll" tabindex="0" role="group" aria-label="${labels.phases}"><table class="ledger"><thead><tr><th scope="col">${labels.phase}</th><th scope="col" colspan="2">${labels.rankIc}</th><th scope="col">${labels.ic}</th><th scope="col">${labels.rankIcir}</th><th scope="col">${labels.hitRate}</th><th scope="col" colspan="2">${labels.added}</th><th scope="col">${labels.pValue}</th><th scope="col" class="left">${labels.verdict}</th></tr></thead><tbody>${rows}</tbody></table>${hasCarried(ledger) && html`<p class="foot">${labels.carriedNote}</p>`}</div>`;
}

/** Names of phases of one's own may be long and without spaces: they may break after an underscore. */
function breakable(name: string): Markup {
  return html`${name.split(/(?<=_)/).map((part) => html`${part}<wbr>`)}`;
}
