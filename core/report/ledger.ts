// Owns the phase ledger: what each phase reached and what it added over its parent, as rows and as text for terminals.
import type { Locale } from '../base/messages/table.ts';
import { printableLine } from '../base/printable.ts';
import type { PairedComparison } from '../evaluate/compare.ts';
import type { RankingMetrics } from '../evaluate/evaluate.ts';
import { direction, interval, number, UNDEFINED } from './format.ts';
import { fill, type Labels, labelsOf } from './labels.ts';

export interface LedgerEntry extends Pick<RankingMetrics, 'ic' | 'rankIc' | 'rankIcir' | 'hitRate'> {
  name: string;
  /** A baseline (ridge) stands beside the phases and has no parent. */
  kind: 'phase' | 'baseline';
  parent: string | null;
  /** RankIC of this phase less its parent's, paired by day; null for the first phase and for baselines. */
  added: PairedComparison | null;
  /** Whether the next phase starts from this one (false: from its parent), in a walk forward in how many folds; null where nothing follows. */
  carried: boolean | { times: number; folds: number } | null;
}

/** A row from an evaluation's overall metrics. */
export function ledgerEntry(
  name: string,
  metrics: RankingMetrics,
  rest: Partial<Pick<LedgerEntry, 'kind' | 'parent' | 'added' | 'carried'>> = {},
): LedgerEntry {
  const { ic, rankIc, rankIcir, hitRate } = metrics;
  return { name, ic, rankIc, rankIcir, hitRate, kind: 'phase', parent: null, added: null, carried: null, ...rest };
}

/** What the paired interval allows to say, in a word or two. */
export function verdictOf(entry: LedgerEntry, labels: Labels): string {
  if (entry.kind === 'baseline') return labels.baseline;
  if (!entry.added) return '';
  const verdicts = { above: labels.verdictAbove, below: labels.verdictBelow, open: labels.verdictOpen };
  return verdicts[direction(entry.added.difference)];
}

/** Whether the phase or its parent goes on; empty where nothing follows. */
export function carriedOf(entry: LedgerEntry, labels: Labels): string {
  if (entry.carried === null) return '';
  if (typeof entry.carried === 'object') return fill(labels.carriedInFolds, entry.carried);
  return entry.carried ? labels.carried : labels.notCarried;
}

/** Whether any row says who goes on, which calls for the note on how that is decided. */
export function hasCarried(entries: readonly LedgerEntry[]): boolean {
  return entries.some(({ carried }) => carried !== null);
}

/** The ledger as aligned plain text, wide characters counted as two columns. */
export function ledgerText(
  entries: readonly LedgerEntry[],
  options: { locale?: Locale; synthetic?: boolean } = {},
): string {
  const labels = labelsOf(options.locale ?? 'en');
  const header = [
    labels.phase,
    labels.rankIc,
    '95 %',
    labels.rankIcir,
    labels.hitRate,
    labels.added,
    '95 %',
    labels.pValue,
    '',
  ];
  const rows = entries.map((entry) => [
    // A name may come from a file: it stays on its line and sends the terminal no commands.
    printableLine(entry.name),
    number(entry.rankIc.value, 'ic'),
    interval(entry.rankIc, 'ic'),
    number(entry.rankIcir.value, 'ratio'),
    number(entry.hitRate.value, 'percent'),
    entry.added ? number(entry.added.difference.value, 'ic', true) : UNDEFINED,
    entry.added ? interval(entry.added.difference, 'ic', true) : UNDEFINED,
    pText(entry.added),
    [verdictOf(entry, labels), carriedOf(entry, labels)].filter((text) => text !== '').join(labels.listSeparator),
  ]);
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => columns(row[column]))));
  const line = (row: string[]): string =>
    row
      .map((text, column) => {
        const gap = ' '.repeat(widths[column] - columns(text));
        const left = column === 0 || column === row.length - 1;
        return left ? text + gap : gap + text;
      })
      .join('  ')
      .trimEnd();
  const rule = '─'.repeat(Math.max(...[header, ...rows].map((row) => columns(line(row)))));
  const title = options.synthetic ? [`${labels.synthetic}: ${labels.syntheticNote}`] : [];
  const note = hasCarried(entries) ? [labels.carriedNote] : [];
  return [...title, line(header), rule, ...rows.map(line), ...note].join('\n').replaceAll('\u00A0', ' ');
}

export function pText(comparison: PairedComparison | null): string {
  const value = comparison?.pValue ?? null;
  if (value === null) return UNDEFINED;
  return value < 0.001 ? '<0.001' : value.toFixed(3);
}

/** Terminal columns: East Asian wide characters take two. */
function columns(text: string): number {
  let count = 0;
  for (const character of text)
    count += /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]/u.test(
      character,
    )
      ? 2
      : 1;
  return count;
}
