// Owns what counts as the out-of-sample evaluation of a checkpoint: its own, or of a walk forward the one that its phase's folds are joined to.
import type { Checkpoint, Evaluation } from '../contract/entities.ts';
import { partsOfName } from '../contract/phase-names.ts';
import type { Readers } from '../store/workspace.node.ts';

export async function testEvaluationOf(
  store: Pick<Readers, 'evaluations'>,
  { id, runId, phase }: Checkpoint,
): Promise<Evaluation | undefined> {
  const [own] = await store.evaluations.list({ checkpointId: id, split: 'test', limit: 1 });
  const { fold, name } = partsOfName(phase);
  if (own || fold === null) return own;
  const ofRun = await store.evaluations.list({ runId, split: 'test' });
  return ofRun.find(({ label, checkpointId }) => label === name && checkpointId !== null);
}
