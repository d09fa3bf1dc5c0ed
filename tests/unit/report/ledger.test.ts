import { expect, test } from 'vitest';
import type { Estimate } from '../../../core/evaluate/bootstrap.ts';
import type { PairedComparison } from '../../../core/evaluate/compare.ts';
import { type LedgerEntry, ledgerText } from '../../../core/report/ledger.ts';

const estimate = (value: number | null, low = value, high = value): Estimate => ({ value, low, high, days: 100 });
const added = (low: number, high: number, pValue: number | null = 0.02): PairedComparison => ({
  metric: 'rankIc',
  horizon: 'overall',
  days: 100,
  a: 0,
  b: 0,
  difference: estimate((low + high) / 2, low, high),
  pValue,
});
const entry = (name: string, rest: Partial<LedgerEntry> = {}): LedgerEntry => ({
  name,
  kind: 'phase',
  parent: null,
  ic: estimate(0.02),
  rankIc: estimate(0.0312, 0.011, 0.052),
  rankIcir: estimate(0.21),
  hitRate: estimate(0.513),
  added: null,
  carried: null,
  ...rest,
});

test('the ledger of a terminal: aligned, with verdicts', () => {
  const text = ledgerText([
    entry('phase0', { carried: true }),
    entry('phase1', { added: added(0.001, 0.003, 0.0004), carried: true }),
    entry('phase2', { added: added(-0.003, -0.001), carried: false }),
    entry('phase3', { added: added(-0.001, 0.002, null) }),
    entry('ridge', { kind: 'baseline', rankIc: estimate(null) }),
  ]);
  expect(text).toMatchInlineSnapshot(`
    "Phase   RankIC             95 %  RankICIR  Hit rate  Added over parent               95 %       p
    ───────────────────────────────────────────────────────────────────────────────────────────────────────────────────────────
    phase0  0.0312  0.0110 … 0.0520      0.21     51.3%                  –                  –       –  carried on
    phase1  0.0312  0.0110 … 0.0520      0.21     51.3%            +0.0020  +0.0010 … +0.0030  <0.001  better, carried on
    phase2  0.0312  0.0110 … 0.0520      0.21     51.3%            −0.0020  −0.0030 … −0.0010   0.020  worse, parent carried on
    phase3  0.0312  0.0110 … 0.0520      0.21     51.3%            +0.0005  −0.0010 … +0.0020       –  no clear difference
    ridge        –                –      0.21     51.3%                  –                  –       –  baseline
    All figures here are out of sample. Which phase is carried on was decided before, on validation, so the two need not agree."
  `);
});

test('where no row says who goes on, there is no note about it', () => {
  expect(ledgerText([entry('phase0'), entry('ridge', { kind: 'baseline' })])).not.toContain('carried on');
  expect(ledgerText([entry('phase0', { carried: false })], { locale: 'ja' })).toContain('検証期間で決める');
});

test('wide characters take two columns, so Japanese aligns as well', () => {
  const lines = ledgerText([entry('基準'), entry('phase1')], { locale: 'ja' }).split('\n');
  const width = (text: string): number => [...text].reduce((sum, c) => sum + (c > '\u2E80' ? 2 : 1), 0);
  const at = (line: string): number => width(line.slice(0, line.indexOf('0.0312')));
  expect(at(lines[2])).toBe(at(lines[3]));
});

test('synthetic data is said first; control characters of a name do not reach the terminal', () => {
  const text = ledgerText([entry('a\u001b[31m\nb')], { synthetic: true });
  expect(text).toMatch(/^Synthetic data/);
  expect(text).not.toContain('\u001b');
  expect(text.split('\n')).toHaveLength(4);
});
