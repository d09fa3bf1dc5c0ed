// Owns the form in which evaluations and backtests are stored: the figures of lists and charts, out of the full results on disk.
import type { BacktestSummary } from '../backtest/backtest.ts';
import type { Figures, HorizonMetrics, Interval } from '../contract/entities.ts';
import type { NewEvaluation } from '../store/evaluations.ts';
import type { Estimate } from '../evaluate/bootstrap.ts';
import type { Evaluation, RankingMetrics } from '../evaluate/evaluate.ts';

const interval = ({ value, low, high }: Estimate): Interval => ({ value, low, high });

function ranking({ ic, rankIc, icir, rankIcir, hitRate }: RankingMetrics): Record<string, Interval> {
  const estimates = { ic, rankIc, icir, rankIcir, hitRate };
  return Object.fromEntries(Object.entries(estimates).map(([name, value]) => [name, interval(value)]));
}

/** What the store keeps of an evaluation; metric names are those of the evaluation itself. */
export function storableEvaluation(
  evaluation: Evaluation,
): Pick<NewEvaluation, 'firstDay' | 'lastDay' | 'overall' | 'horizons'> {
  const { firstDay, lastDay, overall } = evaluation;
  const horizons = evaluation.horizons.map(
    (one): HorizonMetrics => ({
      horizon: one.horizon,
      days: one.days.evaluated,
      metrics: { ...ranking(one), spread: interval(one.spread), spreadSharpe: interval(one.spreadSharpe) },
    }),
  );
  return { firstDay, lastDay, overall: ranking(overall), horizons };
}

/** The figures of a backtest by name; ratios are annualised, shares are fractions. */
export function backtestFigures({ statistics: s }: BacktestSummary): Figures {
  return {
    sharpe: s.sharpe.value,
    sharpe_low: s.sharpe.low,
    sharpe_high: s.sharpe.high,
    gross_sharpe: s.grossSharpe,
    deflated_sharpe: s.belief.deflated,
    sortino: s.sortino,
    calmar: s.calmar,
    cagr: s.cagr,
    volatility: s.volatility,
    max_drawdown: s.maxDrawdown?.depth ?? null,
    hit_rate: s.hitRate,
    turnover: s.turnover,
    gross_exposure: s.grossExposure,
    net_exposure: s.netExposure,
    positions: s.positions,
    cost_drag: s.costDrag,
    benchmark_cagr: s.benchmark.cagr,
    benchmark_sharpe: s.benchmark.sharpe,
    days: s.days,
    trades: s.trades,
  };
}
