// Owns the flat files of a finished phase, for scripts: its exported model, its metrics, and the summary of all phases so far.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomic } from '../base/atomic-file.node.ts';
import type { Evaluation } from '../evaluate/evaluate.ts';
import { withRelativePaths } from './run-progress.node.ts';
import type { PhaseResult } from './spec.ts';

/**
 * @param folder gets phase{number}_best.onnx, phase{number}_metrics.json, latest_metrics.json and metrics_summary.json
 * @param best folder of the phase's own best checkpoint
 * @param all results of all phases so far, this one last
 */
export function writePhaseFiles(
  folder: string,
  { number, best, test, all }: { number: number; best: string; test: Evaluation; all: readonly PhaseResult[] },
  run: string,
): void {
  copyFileSync(join(best, 'model.onnx'), join(folder, `phase${number}_best.onnx`));
  const metrics = phaseMetrics(all[all.length - 1], test);
  writeJson(join(folder, `phase${number}_metrics.json`), metrics);
  writeJson(join(folder, 'latest_metrics.json'), metrics);
  writeSummary(folder, run, all);
}

export function writeSummary(folder: string, run: string, phases: readonly PhaseResult[]): void {
  writeJson(join(folder, 'metrics_summary.json'), { run, phases: withRelativePaths(folder, phases) });
}

function writeJson(path: string, value: unknown): void {
  writeFileAtomic(path, JSON.stringify(value, null, 1));
}

/** The flat file that scripts read: validation and test metrics of a phase, and its loss parts. */
function phaseMetrics(result: PhaseResult, test: Evaluation): Record<string, unknown> {
  const named = ({
    rankIc,
    ic,
    rankIcir,
    icir,
    hitRate,
  }: Record<'rankIc' | 'ic' | 'rankIcir' | 'icir' | 'hitRate', unknown>) => ({
    RankIC: rankIc,
    IC: ic,
    RankICIR: rankIcir,
    ICIR: icir,
    hit_rate: hitRate,
  });
  const { validation } = result;
  return {
    phase: result.phase,
    verdict: result.verdict,
    best_epoch: result.bestEpoch,
    epochs: result.epochs,
    steps: result.steps,
    seconds: result.seconds,
    losses: result.losses,
    validation: validation && { ...named(validation), Sharpe: validation.sharpe },
    test: {
      ...named(test.overall),
      Sharpe: test.horizons[0].spreadSharpe,
      horizons: test.horizons.map((horizon) => ({
        horizon: horizon.horizon,
        ...named(horizon),
        Sharpe: horizon.spreadSharpe,
      })),
      days: test.days,
      warnings: test.warnings,
    },
    alarms: result.alarms,
  };
}
