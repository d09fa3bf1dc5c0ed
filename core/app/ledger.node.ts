// Owns gathering a run's phase ledger: what each phase reached out of sample and added to the one before, beside the baselines.
import { join } from 'node:path';
import type { PhaseRun, Run } from '../contract/entities.ts';
import { partsOfName } from '../contract/phase-names.ts';
import { type LedgerEntry, ledgerEntry } from '../report/ledger.ts';
import type { WorkspaceReader } from '../store/workspace.node.ts';
import { readEvaluation } from './evaluation-file.node.ts';

export interface LedgerRow {
  checkpointId: string | null;
  entry: LedgerEntry;
}

function carriedOf(inFolds: readonly PhaseRun[]): LedgerEntry['carried'] {
  const times = inFolds.filter(({ verdict }) => verdict !== 'carried_parent').length;
  return inFolds.length > 1 ? { times, folds: inFolds.length } : times > 0;
}

/** The phases in their order, then baselines; phases that were not evaluated are left out. Folds of a walk forward are one row. */
export async function phaseLedger(store: WorkspaceReader, run: Run): Promise<LedgerRow[]> {
  const phases = Map.groupBy(await store.runs.phases(run.id), ({ phase }) => partsOfName(phase).name);
  const evaluations = (await store.evaluations.list({ runId: run.id, split: 'test' })).reverse();
  const rowOf = (folder: string, checkpointId: string | null, carried: LedgerEntry['carried']): LedgerRow => {
    const { label, kind, parent, added, evaluation } = readEvaluation(join(store.folder, folder));
    return { checkpointId, entry: ledgerEntry(label, evaluation.overall, { kind, parent, added, carried }) };
  };
  const rows: LedgerRow[] = [];
  const last = [...phases.keys()].at(-1);
  for (const [name, inFolds] of phases) {
    // A phase that handed its parent on has the parent's checkpoint as its best, but is judged by its own.
    const own = evaluations.findLast(({ label, checkpointId }) => checkpointId !== null && label === name);
    if (own?.folder) rows.push(rowOf(own.folder, own.checkpointId, name === last ? null : carriedOf(inFolds)));
  }
  for (const { checkpointId, folder } of evaluations)
    if (checkpointId === null && folder) rows.push(rowOf(folder, null, null));
  return rows;
}
