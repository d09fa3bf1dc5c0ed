// Owns the job that fetches from a source and imports what came: the worker's part.
import { mkdirSync, rmSync } from 'node:fs';
import { fromEpochDay, systemClock } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { pauseFor } from '../../base/pause.node.ts';
import type { SourceNoteView } from '../../contract/views/sources.ts';
import type { Progress, WorkerContext } from '../../contract/worker.ts';
import { importBars } from '../../data/import.node.ts';
import type { RepairName } from '../../data/repairs.ts';
import { SIDE_TABLE_NAMES } from '../../data/side-tables.ts';
import { download, planDownload } from '../../data/sources/download.node.ts';
import { openSource } from '../../data/sources/registry.node.ts';
import type { Entitlement, FetchRequest } from '../../data/sources/source.ts';
import { waitText } from '../wait-text.ts';

/** Kept in the database: the key is not among it, it comes with the worker's start. */
export interface FetchSpec {
  task: 'fetch';
  source: string;
  /** Name of the dataset. */
  dataset: string;
  request: FetchRequest;
  repairs: readonly string[];
  entitlement: Entitlement | null;
  /** Requests of the last minute, which count against the same limit. */
  spent: number;
  address?: string;
  /** Folder of the version before, to tell what changed. */
  previous?: string;
  /** Absolute: parts as received, files for the import, and the dataset version in the making. */
  folders: { parts: string; files: string; incoming: string };
}

export interface FetchOutcome {
  parts: number;
  requests: number;
  notes: SourceNoteView[];
}

/** What is under way is told again this often, for whoever watches a slow limit. */
const PULSE_MS = 1_000;

export async function fetchBody(spec: FetchSpec, context: WorkerContext): Promise<FetchOutcome> {
  const { request, folders, dataset } = spec;
  const { signal } = context;
  let last: Progress | undefined;
  let requests = 0;
  let again = 0;
  const tables = new Map<string, { name: string; done: number; total: number }>();
  const tell = (progress: Progress): void => {
    last = tables.size === 0 ? progress : { ...progress, parts: [...tables.values()] };
    context.progress(last);
  };
  const source = openSource(spec.source, {
    key: context.secret,
    options: request.options,
    clock: systemClock,
    pause: pauseFor,
    onRequest: (note) => {
      requests += 1;
      context.request({ ...note, purpose: `${spec.source}: ${dataset}` });
    },
    onWait: (reason, milliseconds) => {
      const text = waitText(spec.source, reason, milliseconds);
      if (text) context.log('info', text);
    },
    entitlement: spec.entitlement ?? undefined,
    spent: spec.spent,
    baseUrl: spec.address,
  });
  const pulse = setInterval(() => last && context.progress(last), PULSE_MS);
  try {
    tell({ stage: 'fetch: plan', done: 0, total: 0 });
    const plan = await planDownload(source, request, folders.parts, signal);
    const stored = await download(source, request, plan, folders.parts, {
      clock: systemClock,
      signal,
      whenRunning: () => context.whenRunning(),
      onDamaged: ({ path }) => {
        again += 1;
        context.log('warn', `${path} is damaged and is fetched again`);
      },
      onProgress: ({ table, done, total }, part) => {
        tables.set(table, { name: table, done, total });
        if (part) tell({ stage: `fetch: ${table}`, done, total, detail: part.id });
      },
    });
    tell({ stage: 'fetch: convert', done: 0, total: 0 });
    rmSync(folders.files, { recursive: true, force: true });
    mkdirSync(folders.files, { recursive: true });
    const files = await source.convert(stored, request, folders.files, signal);
    if (files.bars.length === 0) {
      const [from, to] = [request.from, request.to].map(fromEpochDay);
      throw new AppError('source/nothing-to-fetch', { source: spec.source, from, to });
    }
    await importBars({
      files: files.bars,
      sectorFile: files.sectorFile,
      columns: files.columns,
      calendar: files.calendar,
      factors: files.factors,
      tables: SIDE_TABLE_NAMES.flatMap((name) => {
        const path = files.tables[name];
        return path === undefined ? [] : [{ name, path }];
      }),
      name: dataset,
      outFolder: folders.incoming,
      repairs: spec.repairs as RepairName[], // the importer checks them
      previous: spec.previous,
      onProgress: ({ stage, ...rest }) => tell({ stage: `import: ${stage}`, ...rest }),
      signal,
    });
    return {
      parts: plan.missing.length + again,
      requests,
      notes: files.notes.map((note) => ({ ...note, examples: [...note.examples] })),
    };
  } finally {
    clearInterval(pulse);
  }
}
