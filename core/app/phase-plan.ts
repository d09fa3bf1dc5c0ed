// Owns which phase runs a run consists of: the phases asked for, once, or in every fold of a walk forward.
import { overrideOf } from '../config/compose.ts';
import type { Config } from '../config/schema.ts';
import { nameInFold } from '../contract/phase-names.ts';
import { foldsToTrain } from '../train/fold.ts';

export interface PlannedPhase {
  /** Of the phase run: "phase2_gat", "fold3/phase2_gat". */
  name: string;
  phase: string;
  /** Complete by itself: within a walk forward it names its fold. */
  config: Config;
}

/**
 * In the order of training: fold by fold, and phase by phase in each.
 * @param config of the run
 * @param compose the config of a phase with further overrides
 */
export function planPhases(
  config: Config,
  phases: readonly string[],
  compose: (phase: string, overrides: readonly string[]) => Config,
): PlannedPhase[] {
  return foldsToTrain(config).flatMap((fold) => {
    const overrides = fold === null ? [] : [overrideOf('data.split.fold', fold)];
    return phases.map((phase) => ({ name: nameInFold(fold, phase), phase, config: compose(phase, overrides) }));
  });
}
