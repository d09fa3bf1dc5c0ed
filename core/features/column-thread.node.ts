// The thread that computes columns of a panel, scores and writes them; see column-threads.node.ts and column-store.node.ts.
import { type ColumnScorer, scoreColumn } from './column-scores.ts';
import { ColumnWriter, type ScratchShape } from './column-scratch.node.ts';
import { serveColumns } from './column-server.node.ts';

/** Where a column goes, and how it is scaled. */
export interface ColumnPlace {
  readonly place: number;
  readonly scaling: 'day' | 'fold';
}

export interface PanelThreadSettings {
  readonly scorer: Omit<ColumnScorer, 'order' | 'offsets'>;
  readonly scratch: ScratchShape;
  /** Open in the whole process. */
  readonly files: readonly number[];
  readonly places: ReadonlyMap<string, ColumnPlace>;
}

serveColumns(({ bars, order, settings }) => {
  const { scorer, scratch, files, places } = settings as PanelThreadSettings;
  const writer = new ColumnWriter(scratch, files);
  const scored = new Float32Array(scratch.rows);
  return (name, values): number => {
    const { place, scaling } = places.get(name)!;
    const missing = scoreColumn({ ...scorer, order, offsets: bars.offsets }, values, scaling, scored);
    writer.write(place, scored);
    return missing;
  };
});
