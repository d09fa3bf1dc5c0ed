// Owns what charts draw of evaluations: the daily series, deciles and calibration that stand in their files.
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { AppError } from '../base/errors.ts';
import { nullsToNaNs } from '../base/missing.ts';
import type { EvaluationSeries } from '../contract/views/evaluations.ts';
import type { Estimate } from '../evaluate/bootstrap.ts';
import type { WorkspaceReader } from '../store/workspace.node.ts';
import { readEvaluation } from './evaluation-file.node.ts';
import { present } from './lookup.node.ts';

/** @throws state/gone, data/damaged-predictions; state/not-evaluated where nothing was kept of it */
export async function evaluationSeries(store: WorkspaceReader, ids: readonly string[]): Promise<EvaluationSeries[]> {
  const series: EvaluationSeries[] = [];
  for (const id of ids) {
    const { folder, checkpointId } = present(await store.evaluations.get(id), 'evaluation', id);
    if (folder === null) throw new AppError('state/not-evaluated', { checkpoint: checkpointId ?? id });
    await nextTurn();
    series.push(seriesOf(id, join(store.folder, folder)));
  }
  return series;
}

function seriesOf(id: string, folder: string): EvaluationSeries {
  const { label, evaluation } = readEvaluation(folder);
  const { daily, horizons, warnings } = evaluation;
  return {
    id,
    label,
    days: daily.days,
    overall: { ic: nullsToNaNs(daily.overall.ic), rankIc: nullsToNaNs(daily.overall.rankIc) },
    horizons: daily.horizons.map(({ horizon, ic, rankIc, spread }, h) => ({
      horizon,
      ic: nullsToNaNs(ic),
      rankIc: nullsToNaNs(rankIc),
      spread: nullsToNaNs(spread),
      deciles: horizons[h].deciles.map(interval),
      calibration: horizons[h].calibration.map(({ quantile, coverage }) => ({
        quantile,
        coverage: interval(coverage),
      })),
    })),
    warnings: warnings.map(({ code, ...params }) => ({ code, params })),
  };
}

const interval = ({ value, low, high }: Estimate) => ({ value, low, high });
