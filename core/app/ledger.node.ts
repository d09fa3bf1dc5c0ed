// Owns gathering a run's phase ledger: what each phase reached out of sample and added to the one before, beside the baselines.
import { join } from 'node:path';
import type { Run } from '../contract/entities.ts';
import { type LedgerEntry, ledgerEntry } from '../report/ledger.ts';
import type { WorkspaceReader } from '../store/workspace.node.ts';
import { readEvaluation } from './evaluation-file.node.ts';

export interface LedgerRow {
  checkpointId: string | null;
  entry: LedgerEntry;
}

/** The phases in their order, then baselines; phases that were not evaluated are left out. */
export async function phaseLedger(store: WorkspaceReader, run: Run): Promise<LedgerRow[]> {
  const phases = await store.runs.phases(run.id);
  const evaluations = (await store.evaluations.list({ runId: run.id, split: 'test' })).reverse();
  const rowOf = (folder: string, checkpointId: string | null, carried: boolean | null): LedgerRow => {
    const { label, kind, parent, added, evaluation } = readEvaluation(join(store.folder, folder));
    return { checkpointId, entry: ledgerEntry(label, evaluation.overall, { kind, parent, added, carried }) };
  };
  const rows: LedgerRow[] = [];
  for (const [position, phase] of phases.entries()) {
    // A phase that handed its parent on has the parent's checkpoint as its best, but is judged by its own.
    const own = evaluations.findLast(({ label, checkpointId }) => checkpointId !== null && label === phase.phase);
    const isLast = position === phases.length - 1;
    if (own?.folder) rows.push(rowOf(own.folder, own.checkpointId, isLast ? null : phase.verdict !== 'carried_parent'));
  }
  for (const { checkpointId, folder } of evaluations)
    if (checkpointId === null && folder) rows.push(rowOf(folder, null, null));
  return rows;
}
