// Owns graphs on disk: a folder of .npy files under the hash of what they were built from, so that the same graph is built once.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { writeFileAtomic, writeFolderAtomic } from '../base/atomic-file.node.ts';
import { AppError } from '../base/errors.ts';
import { hashValue } from '../base/hash.node.ts';
import { type Log, silentLog } from '../base/log.ts';
import { sharedWithin } from '../base/shared-memory.ts';
import type { BarTable } from '../data/bars.ts';
import { readNpy, writeNpy } from '../data/npy.node.ts';
import { type BuiltGraph, GraphBuilder, type GraphParameters, type GraphStats, snapshotDays } from './build.ts';
import { GRAPH_VERSION } from './graph.ts';
import { buildGraphOnThreads, graphThreads } from './graph-threads.node.ts';

export function graphKey(dataHash: string, parameters: GraphParameters): string {
  return hashValue({ version: GRAPH_VERSION, dataHash, parameters });
}

export interface CachedGraphOptions {
  readonly bars: BarTable;
  readonly dataHash: string;
  readonly parameters: GraphParameters;
  /** Holds one folder per key; nothing is kept when left out. */
  readonly cacheFolder?: string;
  /** 1 builds on the caller's own; as many as the graph is worth where left out. */
  readonly threads?: number;
  readonly onProgress?: (done: number, total: number) => void;
  readonly log?: Log;
  readonly signal?: AbortSignal;
}

/**
 * The graph from the cache, or built and cached. A damaged one is dropped and built again, which the log is told.
 * @throws cancelled when the signal is aborted
 */
export async function cachedGraph(options: CachedGraphOptions): Promise<BuiltGraph> {
  const folder = options.cacheFolder && join(options.cacheFolder, graphKey(options.dataHash, options.parameters));
  const held = folder && existsSync(folder) ? heldGraph(folder, options.log ?? silentLog) : null;
  if (held) return held;
  const built = await build(options);
  if (folder) await writeFolderAtomic(folder, (temporary) => saveGraph(temporary, built));
  return built;
}

/** null where it was damaged, and is gone. */
function heldGraph(folder: string, log: Log): BuiltGraph | null {
  try {
    return loadGraph(folder);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    log('warn', `dropped a damaged stock graph from the cache, to build it again: ${folder}`, {
      problem: error.message,
    });
    rmSync(folder, { recursive: true, force: true });
    return null;
  }
}

/** Others run in between, whether on this thread or on threads of its own. */
async function build(options: CachedGraphOptions): Promise<BuiltGraph> {
  const { bars, parameters, onProgress, signal } = options;
  const snapshots = snapshotDays(bars.days, parameters.lookback).length;
  const threads = options.threads ?? graphThreads(bars.codes.length, snapshots, parameters);
  onProgress?.(0, snapshots);
  if (threads > 1) return await buildGraphOnThreads(bars, parameters, threads, { onProgress, signal });
  const builder = new GraphBuilder(bars, parameters);
  for (let done = 0; done < builder.total; ) {
    await setImmediate();
    if (signal?.aborted) throw new AppError('cancelled', {});
    done = builder.step();
    onProgress?.(done, builder.total);
  }
  return builder.finish();
}

function saveGraph(folder: string, { graph, stats }: BuiltGraph): void {
  const shape = [graph.dayIndex.length, graph.stocks, graph.k];
  writeNpy(join(folder, 'dayIndex.npy'), graph.dayIndex as Int32Array<ArrayBuffer>);
  writeNpy(join(folder, 'neighbours.npy'), graph.neighbours as Int32Array<ArrayBuffer>, shape);
  writeNpy(join(folder, 'correlation.npy'), graph.correlation as Float32Array<ArrayBuffer>, shape);
  writeFileAtomic(join(folder, 'stats.json'), JSON.stringify(stats));
}

/** @throws data/damaged-array */
function loadGraph(folder: string): BuiltGraph {
  try {
    const dayIndex = readNpy(join(folder, 'dayIndex.npy')).values;
    const neighbours = readNpy(join(folder, 'neighbours.npy'));
    const correlation = readNpy(join(folder, 'correlation.npy'));
    const stats = JSON.parse(readFileSync(join(folder, 'stats.json'), 'utf8')) as GraphStats;
    const [snapshots, stocks, k] = neighbours.shape;
    if (
      dayIndex instanceof Int32Array &&
      neighbours.values instanceof Int32Array &&
      correlation.values instanceof Float32Array &&
      neighbours.shape.length === 3 &&
      snapshots === dayIndex.length &&
      correlation.shape.join() === neighbours.shape.join()
    )
      return {
        // As threads build it.
        graph: sharedWithin({ stocks, k, dayIndex, neighbours: neighbours.values, correlation: correlation.values }),
        stats,
      };
  } catch (cause) {
    // A file that cannot be read now, as with too many open ones, is not damaged; one that is missing is.
    const { code } = cause as { code?: string };
    if (cause instanceof AppError || (code !== undefined && code !== 'ENOENT')) throw cause;
    throw new AppError('data/damaged-array', { file: folder }, cause);
  }
  throw new AppError('data/damaged-array', { file: folder });
}
