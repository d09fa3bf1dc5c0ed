// The thread that scores columns and writes them while the next ones are computed; see column-store.node.ts.
import { workerData } from 'node:worker_threads';
import { serveThread } from '../base/thread.node.ts';
import { type ColumnScorer, scoreColumn } from './column-scores.ts';
import { ColumnWriter, type ScratchShape } from './column-scratch.node.ts';

export interface ColumnThreadData {
  readonly scorer: ColumnScorer;
  readonly scratch: ScratchShape;
}

/** null ends it. */
export type ColumnThreadRequest = {
  readonly place: number;
  /** In memory of both threads. */
  readonly values: Float64Array;
  readonly scaling: 'day' | 'fold';
} | null;

const { scorer, scratch } = workerData as ColumnThreadData;
const writer = new ColumnWriter(scratch);
const scored = new Float32Array(scratch.rows);

serveThread((request: ColumnThreadRequest): number => {
  if (!request) {
    writer.close();
    return 0;
  }
  const missing = scoreColumn(scorer, request.values, request.scaling, scored);
  writer.write(request.place, scored);
  return missing;
});
