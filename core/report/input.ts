// Owns what a tear sheet is made from. All text in it may come from a user or a file; it is escaped where it is written.
import type { Locale } from '../base/messages/table.ts';
import type { BacktestSummary } from '../backtest/backtest.ts';
import type { Evaluation } from '../evaluate/evaluate.ts';
import type { LedgerEntry } from './ledger.ts';

export interface SplitPart {
  name: 'train' | 'valid' | 'test' | 'embargo';
  /** ISO dates, both included. */
  from: string;
  to: string;
}

export interface TearSheetInput {
  locale: Locale;
  title: string;
  dataset: {
    name: string;
    /** Made by the simulator: said at the top, in the title and in the ledger. */
    synthetic: boolean;
    /** Whether stocks that left the market are in the universe. */
    survivorship: 'free' | 'biased' | 'some' | 'unknown';
    /** Where `some`: codes whose bars end before the last day, of all. */
    delisted?: { ended: number; codes: number };
  };
  model: string;
  /** A run that was cut short, to try the chain: its figures are no measure of the model. */
  shortMode?: 'debug' | 'demo' | null;
  /** What the leakage sentinel found in the panel that the run was trained on, the worst of it in sentences; absent where nothing. */
  leaks?: { verdict: 'suspicious' | 'failed'; count: number; texts: string[] };
  /** The parts of the split in time order, of a walk forward those of every fold whose test days are joined here; may be empty. */
  split: SplitPart[][];
  /** ISO date or time, written as given. */
  created: string;
  evaluation: Evaluation;
  /** Absent for an evaluation alone: its sections are then left out. */
  backtest?: BacktestSummary;
  /** Phases in order, then baselines; may be empty. */
  ledger: LedgerEntry[];
  /** The resolved configuration as text. */
  config: string;
  /** Hashes and identities, as label and value. */
  lineage: [label: string, value: string][];
}

/** The horizon that deciles and uncertainty are shown for: the backtest's, else the middle one. */
export function shownHorizon({ evaluation, backtest }: TearSheetInput): Evaluation['horizons'][number] {
  const { horizons } = evaluation;
  return (
    horizons.find(({ horizon }) => horizon === backtest?.options.rule.horizon) ??
    horizons[Math.floor(horizons.length / 2)]
  );
}
