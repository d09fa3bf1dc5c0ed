// Owns computing the columns of a panel and putting them, scored, into their scratch: on the caller's own thread, or on several of its own.
import { setImmediate } from 'node:timers/promises';
import { codeUrl } from '../base/code-url.ts';
import { AppError } from '../base/errors.ts';
import type { BarTable } from '../data/bars.ts';
import type { SideTables } from '../data/side-tables.ts';
import type { GraphSnapshots } from '../stockgraph/graph.ts';
import type { FeatureDefinition } from './catalogue.ts';
import { type ColumnScorer, scoreColumn } from './column-scores.ts';
import { closeScratch, ColumnWriter, openScratch, type ScratchShape } from './column-scratch.node.ts';
import type { ColumnPlace, PanelThreadSettings } from './column-thread.node.ts';
import { columnsOnThreads, columnThreads, inCatalogue } from './column-threads.node.ts';
import { featureColumns, sparingOrder } from './compute.ts';
import { dayOrder } from './day-order.ts';

const ENTRY = codeUrl('./column-thread.node', import.meta.url);

export interface StoreColumns {
  readonly bars: BarTable;
  readonly graph?: GraphSnapshots;
  readonly tables?: SideTables;
  readonly definitions: readonly FeatureDefinition[];
  /** In the order of the columns. */
  readonly features: readonly string[];
  readonly scalingOf: (name: string) => ColumnPlace['scaling'];
  readonly scorer: Omit<ColumnScorer, 'order' | 'offsets'>;
  readonly scratch: ScratchShape;
  /** 1: the caller's own. As many as it is worth where left out. */
  readonly threads?: number;
  readonly onProgress: (done: number) => void;
  readonly signal?: AbortSignal;
}

/**
 * The same bytes whatever the number of threads.
 * @returns missing values of each column, by place
 * @throws what featureColumns throws, before any file is there; cancelled; what a kernel throws; resource/no-space
 */
export async function storeColumns(options: StoreColumns): Promise<readonly number[]> {
  const { bars, graph, tables, definitions, features, scalingOf, scorer, scratch, onProgress, signal } = options;
  const names = sparingOrder(features, definitions);
  const columns = featureColumns(bars, names, graph, definitions, tables); // all names are checked here
  const places = new Map(
    features.map((name, place): [string, ColumnPlace] => [name, { place, scaling: scalingOf(name) }]),
  );
  const threads = inCatalogue(names, definitions) ? (options.threads ?? columnThreads(scratch.rows)) : 1;
  const missing: number[] = [];
  let done = 0;
  const files = openScratch(scratch);
  try {
    onProgress(done);
    if (threads > 1) {
      const settings: PanelThreadSettings = { scorer, scratch, files, places };
      const onColumn = (name: string, count: number): void => {
        missing[places.get(name)!.place] = count;
        onProgress(++done);
      };
      await columnsOnThreads({ entry: ENTRY, settings, names, bars, graph, tables, threads, onColumn, signal });
    } else {
      const writer = new ColumnWriter(scratch, files);
      const scored = new Float32Array(scratch.rows);
      const whole: ColumnScorer = { ...scorer, order: dayOrder(bars), offsets: bars.offsets };
      for (const [name, values] of columns) {
        const { place, scaling } = places.get(name)!;
        missing[place] = scoreColumn(whole, values, scaling, scored);
        writer.write(place, scored);
        onProgress(++done);
        await setImmediate();
        if (signal?.aborted) throw new AppError('cancelled', {});
      }
    }
  } finally {
    closeScratch(files);
  }
  return missing;
}
