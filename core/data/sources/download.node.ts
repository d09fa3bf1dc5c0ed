// Owns downloads from any source: which parts are missing, what they cost, and fetching them, several at once, each whole or not at all.
import { AppError } from '../../base/errors.ts';
import { type Clock, fromEpochDay, systemClock } from '../../base/clock.ts';
import { isWhole, PartFolder } from './parts.node.ts';
import type { FetchPart, FetchRequest, FetchTable, Source, StoredPart } from './source.ts';

export interface TablePlan {
  readonly table: FetchTable;
  /** Parts in all, and those that are on disk and settled. */
  readonly parts: number;
  readonly stored: number;
  /** Requests that the others will take. */
  readonly requests: number;
  /** First and last day that will be covered. */
  readonly from: number;
  readonly to: number;
}

export interface DownloadPlan {
  readonly tables: readonly TablePlan[];
  readonly requests: number;
  readonly minutes: number;
  /** What is to be fetched, in order. */
  readonly missing: readonly FetchPart[];
  readonly all: readonly FetchPart[];
}

export interface TableProgress {
  readonly table: FetchTable;
  readonly done: number;
  readonly total: number;
}

/** What a download would fetch and cost. @throws source/nothing-to-fetch, source/days-not-offered, and what the source throws */
export async function planDownload(
  source: Source,
  request: FetchRequest,
  folder: string,
  signal: AbortSignal,
  clock: Clock = systemClock,
): Promise<DownloadPlan> {
  const parts = await source.parts(request, signal);
  const stored = storedParts(new PartFolder(folder), parts);
  const all = parts.filter((part) => part.obtainable !== false || stored.has(part));
  if (all.length === 0) {
    const [from, to] = [fromEpochDay(request.from), fromEpochDay(request.to)];
    throw new AppError(parts.length === 0 ? 'source/nothing-to-fetch' : 'source/days-not-offered', {
      source: source.name,
      from,
      to,
    });
  }
  const now = clock.now();
  const isMissing = (part: FetchPart): boolean => {
    const have = stored.get(part);
    if (have === undefined || part.obtainable === false) return have === undefined;
    // What was fetched by a clock that was ahead may have been fetched before it was final.
    return have.fetchedAt < part.settledAt || have.fetchedAt > now;
  };
  const missing = all.filter(isMissing);
  const tables = [...new Set(all.map(({ table }) => table))].map((table) => {
    const own = all.filter((part) => part.table === table);
    const absent = own.filter(isMissing);
    return {
      table,
      parts: own.length,
      stored: own.length - absent.length,
      requests: requestsOf(absent),
      // A part of a year reaches further than what was asked for.
      from: Math.max(
        request.from,
        own.reduce((least, { from }) => Math.min(least, from), Number.POSITIVE_INFINITY),
      ),
      to: Math.min(
        request.to,
        own.reduce((most, { to }) => Math.max(most, to), Number.NEGATIVE_INFINITY),
      ),
    };
  });
  return { tables, requests: requestsOf(missing), minutes: source.minutes(missing), missing, all };
}

const requestsOf = (parts: readonly FetchPart[]): number => parts.reduce((sum, { requests }) => sum + requests, 0);

function storedParts(folder: PartFolder, parts: readonly FetchPart[]): Map<FetchPart, StoredPart> {
  const byTable = new Map([...new Set(parts.map(({ table }) => table))].map((table) => [table, folder.stored(table)]));
  return new Map(
    parts.flatMap((part) => {
      const have = byTable.get(part.table)?.get(part.id);
      return have ? [[part, have] as const] : [];
    }),
  );
}

/** Parts read at once to see whether they are whole. */
const READ_AT_ONCE = 4;

/** Stored parts that are not as they were written: a disk or a copy lost some of them. @throws source/damaged-part, cancelled */
async function damagedParts(
  stored: ReadonlyMap<FetchPart, StoredPart>,
  signal: AbortSignal,
  onDamaged?: (part: StoredPart) => void,
): Promise<FetchPart[]> {
  const damaged: FetchPart[] = [];
  const queue = stored.entries();
  const look = async (): Promise<void> => {
    for (const [part, have] of queue) {
      if (signal.aborted) throw new AppError('cancelled', {});
      if (await isWhole(have)) continue;
      if (part.obtainable === false)
        throw new AppError('source/damaged-part', { path: have.path, table: part.table, part: part.id });
      onDamaged?.(have);
      damaged.push(part);
    }
  };
  await Promise.all(Array.from({ length: READ_AT_ONCE }, look));
  return damaged;
}

/**
 * Fetches what a plan lacks, and again what is damaged. Cut off at any point, what is complete stays, and the next plan asks for the rest only.
 * @returns every part of the plan, as it stands on disk
 * @throws the first error of a part, once the others have ended; source/damaged-part, cancelled
 */
export async function download(
  source: Source,
  request: FetchRequest,
  plan: DownloadPlan,
  folder: string,
  {
    clock,
    signal,
    onProgress,
    onDamaged,
    whenRunning,
  }: {
    clock: Clock;
    signal: AbortSignal;
    /** After every part, and once at the start for every table. */
    onProgress?: (progress: TableProgress, part?: FetchPart) => void;
    /** Hears of a part that cannot be read and is fetched again. */
    onDamaged?: (part: StoredPart) => void;
    /** Awaited before every part, so that a download can be paused. */
    whenRunning?: () => Promise<void>;
  },
): Promise<StoredPart[]> {
  const parts = new PartFolder(folder);
  const stored = storedParts(parts, plan.all);
  const missing = new Set(plan.missing);
  const settled = new Map([...stored].filter(([part]) => !missing.has(part)));
  for (const part of await damagedParts(settled, signal, onDamaged)) missing.add(part);
  const wanted = plan.all.filter((part) => missing.has(part));
  const done = new Map(plan.tables.map(({ table, parts }) => [table, parts]));
  for (const { table } of wanted) done.set(table, (done.get(table) ?? 0) - 1);
  const totals = new Map(plan.tables.map(({ table, parts }) => [table, parts]));
  const tell = (table: FetchTable, part?: FetchPart): void =>
    onProgress?.({ table, done: done.get(table) ?? 0, total: totals.get(table) ?? 0 }, part);
  for (const { table } of plan.tables) tell(table);

  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const queue = wanted.values();
  let failure: unknown;
  const work = async (): Promise<void> => {
    for (const part of queue) {
      await whenRunning?.();
      if (either.aborted) return;
      const fetchedAt = clock.now();
      const lines = await source.fetch(part, request, either);
      stored.set(part, await parts.store(part, fetchedAt, lines, stored.get(part)));
      done.set(part.table, (done.get(part.table) ?? 0) + 1);
      tell(part.table, part);
    }
  };
  const fail = (error: unknown): void => {
    failure ??= error;
    failed.abort();
  };
  const workers = Math.min(source.concurrency, wanted.length);
  await Promise.all(Array.from({ length: workers }, () => work().catch(fail)));
  if (signal.aborted) throw new AppError('cancelled', {});
  if (failure !== undefined) throw failure;
  return plan.all.map((part) => {
    const have = stored.get(part);
    if (!have) throw new Error(`part ${part.table}/${part.id} is neither stored nor missing`);
    return have;
  });
}
