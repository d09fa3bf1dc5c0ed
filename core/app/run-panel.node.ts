// Owns which panel a run goes on with: the one that it was begun on. What its weights, scalers and predictions were made of is one panel.
import { join } from 'node:path';
import { AppError } from '../base/errors.ts';
import { hashValue } from '../base/hash.node.ts';
import type { Config } from '../config/schema.ts';
import type { Checkpoint, DatasetVersion, Run } from '../contract/entities.ts';
import { panelKey } from '../features/panel-build.node.ts';
import { panelStands } from '../features/panel.node.ts';
import { IMPORTED } from './checkpoint-import.node.ts';
import { featuresSpec } from './handlers/features.node.ts';
import type { HostContext } from './host-context.node.ts';
import type { FeaturesSpec } from './jobs/features.node.ts';
import { workspacePaths } from './paths.ts';
import { PRODUCT_VERSION } from './version.node.ts';

export interface RunPanel {
  readonly spec: FeaturesSpec;
  /** Whether it is another one than the run was begun on. */
  readonly moved: boolean;
}

/**
 * The panel that the run was begun on. The list of features that is stored with it is its own, whatever this version thinks of the data: held
 * against them only where they are others, as with an imported checkpoint. It is built again where this version would still make it so, else as it stands, though this version would
 * compute it otherwise. Where it is gone, what this version makes instead.
 */
export function panelOfRun(context: HostContext, run: Run, config: Config, version: DatasetVersion): RunPanel {
  const spec = featuresSpec(context, config, version, run.lineage.data === version.contentHash ? 'stored' : 'asked');
  const begun = run.lineage.panel;
  if (begun === null || begun === panelKey(spec.recipe)) return { spec, moved: false };
  const folder = join(context.store.folder, workspacePaths.panel(begun));
  return panelStands(folder, begun) ? { spec: { ...spec, panel: folder }, moved: false } : { spec, moved: true };
}

/** @throws state/run-data-changed, state/run-features-changed, state/run-code-changed where a run cannot go on with its own panel */
export function requireOwnPanel({ name, lineage }: Run, version: DatasetVersion, { spec, moved }: RunPanel): void {
  if (!moved) return;
  const { data, features, code } = lineage;
  if (data !== version.contentHash) throw new AppError('state/run-data-changed', { run: name });
  if (features !== hashValue(spec.recipe.features)) throw new AppError('state/run-features-changed', { run: name });
  throw new AppError('state/run-code-changed', { run: name, begun: code, now: PRODUCT_VERSION });
}

/**
 * Of a run that goes no further: its checkpoint is evaluated on its own panel, or on the other one that it went on with.
 * @throws state/checkpoint-panel-gone
 */
export async function requirePanelToEvaluate(
  { store }: HostContext,
  { run, checkpoint, version }: { run: Run; checkpoint: Checkpoint; version: DatasetVersion },
  { spec, moved }: RunPanel,
): Promise<void> {
  const { data, panel: begun, code } = run.lineage;
  if (!moved || begun === null || data !== version.contentHash || run.tags.includes(IMPORTED)) return;
  const now = panelKey(spec.recipe);
  const wentOn = run.panelId === null ? null : await store.panels.get(run.panelId);
  if (wentOn?.hash === now) return;
  throw new AppError('state/checkpoint-panel-gone', {
    checkpoint: checkpoint.id,
    run: run.name,
    begun: `${begun.slice(0, 12)}, ${code}`,
    now: `${now.slice(0, 12)}, ${PRODUCT_VERSION}`,
  });
}
