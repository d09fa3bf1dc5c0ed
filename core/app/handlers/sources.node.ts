// Owns the calls on sources of data: keys, entitlement, the cost of a download, and starting one.
import { join } from 'node:path';
import { AppError, type ErrorCode } from '../../base/errors.ts';
import { fromEpochDay, toEpochDay } from '../../base/clock.ts';
import type { Handlers } from '../../contract/api.ts';
import { newId } from '../../contract/id.ts';
import type { FetchPlanView } from '../../contract/views/sources.ts';
import type { RequestNote } from '../../contract/worker.ts';
import { planDownload } from '../../data/sources/download.node.ts';
import { SOURCE_NAMES } from '../../data/sources/registry.node.ts';
import type { FetchRequest, FetchTable, Source } from '../../data/sources/source.ts';
import type { WorkspaceReader } from '../../store/workspace.node.ts';
import type { HostContext } from '../host-context.node.ts';
import { cleanKey } from '../key-file.node.ts';
import type { FetchOutcome, FetchSpec } from '../jobs/fetch.node.ts';
import { storeImport } from '../jobs/import.node.ts';
import type { KeyStore } from '../key-store.ts';
import { newestFolder, requireDataset } from '../lookup.node.ts';
import { workspacePaths } from '../paths.ts';
import { entitlementView, type Sources } from '../sources.node.ts';

/** Keys stand outside of every workspace, so these calls need none; without one, nothing was fetched. */
export function keyHandlers(keys: KeyStore, sources: Sources, onChange: () => void = () => {}) {
  return {
    'sources.list': () =>
      Promise.resolve(
        sources.views(
          () => null,
          () => null,
        ),
      ),
    'sources.setKey': ({ source, key }) => {
      sources.require(source);
      keys.set(source, cleanKey(key));
      sources.keepEntitlement(source, null);
      onChange();
      return null;
    },
    'sources.removeKey': ({ source }) => {
      sources.require(source);
      keys.remove(source);
      sources.keepEntitlement(source, null);
      onChange();
      return null;
    },
  } satisfies Partial<Handlers>;
}

export function sourceReaders(
  store: WorkspaceReader,
  sources: Sources,
  jobOf: (source: string) => string | null = () => null,
) {
  return {
    'sources.list': async () => {
      const names = new Map((await store.datasets.list()).map(({ id, name }) => [id, name]));
      return sources.views((id) => names.get(id) ?? null, jobOf);
    },
  } satisfies Partial<Handlers>;
}

interface Asked {
  source: string;
  tables: readonly FetchTable[];
  codes?: readonly string[];
  from: string;
  to?: string;
  options: Readonly<Record<string, string>>;
}

export function sourceWriters(context: HostContext) {
  const { store, jobs, clock, sources, changes } = context;
  // A request that cannot be noted is told to whoever reads the host's log; the answer that it brought still counts.
  const note = (request: RequestNote): void => {
    context.noteRequest(request).catch((error: unknown) => context.log('warn', `network log: ${String(error)}`));
  };
  const today = (): string => new Date(clock.now()).toISOString().slice(0, 10);

  /** Bars are what a dataset is made of. */
  const requestOf = ({ tables, codes, from, to, options }: Asked): FetchRequest => ({
    tables: [...new Set<FetchTable>(['bars', ...tables])],
    ...(codes && { codes }),
    from: toEpochDay(from),
    to: toEpochDay(to ?? today()),
    ...(Object.keys(options).length > 0 && { options }),
  });

  /** With what the key entitles to at hand, asked for where it is not known. */
  const opened = async (
    name: string,
    options: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<Source> => {
    const source = sources.open(name, options, note, `${name}: what a key may have`);
    if (source.needsKey && sources.entitlementOf(name) === null)
      sources.keepEntitlement(name, await source.probe(signal));
    return source;
  };

  const startNew = async (
    name: string,
    dataset: string,
    request: FetchRequest,
    repairs: readonly string[],
    signal: AbortSignal,
  ): Promise<string> => {
    // The worker takes the entitlement as it is kept: a killed one must not cost another round of questions.
    await opened(name, request.options ?? {}, signal);
    const secret = sources.keyFor(name) ?? undefined;
    const running = fetchOf(jobs, name);
    if (running) return sameOrBusy(name, running.dataset, dataset, running.jobId);
    const path = (relative: string): string => join(store.folder, relative);
    const incoming = path(workspacePaths.incomingDataset(newId(clock)));
    const spec: FetchSpec = {
      task: 'fetch',
      source: name,
      dataset,
      request,
      repairs,
      entitlement: sources.entitlementOf(name),
      spent: sources.spent(name),
      address: sources.addressOf(name),
      previous: await newestFolder(store, dataset),
      folders: {
        parts: path(workspacePaths.downloadedParts(name)),
        files: path(workspacePaths.downloadedFiles(name, dataset)),
        incoming,
      },
    };
    return await jobs.start({
      kind: 'fetch',
      worker: 'pipeline',
      spec,
      secret,
      request: async (sent) => {
        sources.countRequest(name);
        await context.noteRequest(sent);
      },
      finish: async ({ outcome, result, error }) => {
        // What was believed of the key was wrong, or is no longer right: the next download asks anew.
        if (error && STALE.includes(error.code)) sources.keepEntitlement(name, null);
        changes.changed('sources');
        if (outcome !== 'finished') return undefined;
        const { parts, requests, notes } = result as FetchOutcome; // what fetchBody returned
        const stored = await storeImport(context, dataset, incoming);
        const { version, datasetId } = stored.version;
        sources.keepRecord(name, dataset, { datasetId, request, repairs, fetchedAt: clock.now(), version });
        changes.changed('sources');
        return { ...stored, parts, requests, notes };
      },
    });
  };

  const costOf = async (name: string, request: FetchRequest, signal: AbortSignal): Promise<FetchPlanView> => {
    const source = await opened(name, request.options ?? {}, signal);
    const plan = await planDownload(source, request, join(store.folder, workspacePaths.downloadedParts(name)), signal);
    const entitlement = sources.entitlementOf(name);
    return {
      source: name,
      plan: entitlement?.plan ?? null,
      requestsPerMinute: entitlement?.requestsPerMinute ?? null,
      requests: plan.requests,
      minutes: plan.minutes,
      tables: plan.tables.map(({ from, to, ...table }) => ({
        ...table,
        from: fromEpochDay(from),
        to: fromEpochDay(to),
      })),
    };
  };

  /** What a dataset was last fetched by, up to today. @throws state/not-found, source/not-fetched */
  const updateOf = async (reference: string) => {
    const { dataset } = await requireDataset(store, reference);
    for (const source of SOURCE_NAMES) {
      const record = sources.records(source).find(({ datasetId }) => datasetId === dataset.id);
      if (!record) continue;
      const request: FetchRequest = { ...record.request, to: toEpochDay(today()) };
      return { source, dataset: dataset.name, request, repairs: record.repairs };
    }
    throw new AppError('source/not-fetched', { dataset: dataset.name });
  };

  /** Downloads, by source, whose rows do not stand yet: asked twice at once, it is one. */
  const starting = new Map<string, { dataset: string; jobId: Promise<string> }>();
  const start = (...asked: Parameters<typeof startNew>): Promise<string> => {
    const [name, dataset] = asked;
    const before = starting.get(name);
    if (before) return sameOrBusy(name, before.dataset, dataset, before.jobId);
    const jobId = startNew(...asked).finally(() => starting.delete(name));
    starting.set(name, { dataset, jobId });
    return jobId;
  };

  return {
    ...keyHandlers(sources.keys, sources, () => changes.changed('sources')),
    ...sourceReaders(store, sources, fetchJobOf(context)),
    'sources.probe': async ({ source: name, options }, signal) => {
      const source = sources.open(name, options, note, `${name}: what a key may have`);
      const found = await source.probe(signal);
      // Without a key it is of the exchange that the options name, and costs nothing to ask again.
      if (source.needsKey) sources.keepEntitlement(name, found);
      changes.changed('sources');
      return entitlementView(found);
    },
    'sources.instruments': async ({ source: name, options, search, limit }, signal) => {
      const source = await opened(name, options, signal);
      const wanted = search.normalize('NFKC').toLowerCase();
      const fits = (text: string): boolean => text.normalize('NFKC').toLowerCase().includes(wanted);
      const found = (await source.instruments(signal)).filter(({ code, name: called }) => fits(code) || fits(called));
      return found.slice(0, limit).map((instrument) => ({
        ...instrument,
        firstDay: instrument.firstDay === null ? null : fromEpochDay(instrument.firstDay),
      }));
    },
    'sources.plan': ({ source: name, ...asked }, signal) => costOf(name, requestOf({ source: name, ...asked }), signal),
    'sources.fetch': async ({ dataset, repairs, ...asked }, signal) => ({
      jobId: await start(asked.source, dataset, requestOf(asked), repairs, signal),
    }),
    'sources.update': async ({ dataset: reference }, signal) => {
      const { source, dataset, request, repairs } = await updateOf(reference);
      return { jobId: await start(source, dataset, request, repairs, signal) };
    },
    'sources.planUpdate': async ({ dataset: reference }, signal) => {
      const { source, request } = await updateOf(reference);
      return costOf(source, request, signal);
    },
  } satisfies Partial<Handlers>;
}

const STALE: readonly string[] = [
  'source/not-in-plan',
  'source/outside-plan',
  'source/key-refused',
] satisfies ErrorCode[];

/**
 * One download from a source at a time: two would each spend the whole of what its plan allows a minute, and take each other's files.
 * @throws source/busy where what runs is for another dataset
 */
async function sameOrBusy(
  source: string,
  running: string,
  wanted: string,
  jobId: string | Promise<string>,
): Promise<string> {
  if (running !== wanted) throw new AppError('source/busy', { source, dataset: running });
  return await jobId;
}

/** The download from a source that runs now. */
function fetchOf(jobs: HostContext['jobs'], source: string): { jobId: string; dataset: string } | null {
  const found = jobs
    .live()
    .find(({ plan }) => plan.kind === 'fetch' && (plan.spec as Partial<FetchSpec>).source === source);
  return found ? { jobId: found.id, dataset: (found.plan.spec as FetchSpec).dataset } : null;
}

function fetchJobOf({ jobs }: Pick<HostContext, 'jobs'>): (source: string) => string | null {
  return (source) => fetchOf(jobs, source)?.jobId ?? null;
}
