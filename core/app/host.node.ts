// Owns the host: one workspace, its jobs and the handlers of the contract, for whichever shell starts it.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { settleFolders } from '../base/atomic-file.node.ts';
import { requireFolderPath } from '../base/output-path.node.ts';
import type { Clock } from '../base/clock.ts';
import { AppError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { PRODUCT_CONFIGS } from '../config/stored.node.ts';
import { type Api, api, type Client, type Handlers } from '../contract/api.ts';
import type { NetworkEntry } from '../contract/views/workspace.ts';
import { connect, memoryTransports, serve, type Transport } from '../contract/rpc.ts';
import { workspaceOwner } from '../store/lock.node.ts';
import { openWorkspace, openWorkspaceReadOnly, type Workspace, type WorkspaceReader } from '../store/workspace.node.ts';
import { barReaders } from './handlers/bars.node.ts';
import { backtestReaders, backtestWriters } from './handlers/backtests.node.ts';
import { checkpointReaders, checkpointWriters } from './handlers/checkpoints.node.ts';
import { datasetReaders, datasetWriters } from './handlers/datasets.node.ts';
import { featureWriters } from './handlers/features.node.ts';
import { jobReaders, jobWriters } from './handlers/jobs.node.ts';
import { lineageReaders } from './handlers/lineage.node.ts';
import { panelReaders } from './handlers/panels.node.ts';
import { featureReaders } from './handlers/feature-analysis.node.ts';
import { reportReaders, reportWriters } from './handlers/reports.node.ts';
import { runReaders, runWriters } from './handlers/runs.node.ts';
import { sentinelReaders, sentinelWriters } from './handlers/sentinel.node.ts';
import { shellHandlers } from './handlers/shell.node.ts';
import { keyHandlers, sourceReaders, sourceWriters } from './handlers/sources.node.ts';
import { type ProbedEngine, statelessHandlers } from './handlers/stateless.node.ts';
import { trainingHandlers } from './handlers/training.node.ts';
import { NETWORK_EVENT, type Surroundings, workspaceReaders, workspaceWriters } from './handlers/workspace.node.ts';
import { ChangeFeed } from './change-feed.ts';
import { DiskUsage } from './disk-usage.node.ts';
import { GpuUsage } from './gpu-usage.node.ts';
import type { HostContext } from './host-context.node.ts';
import { JobLogs } from './job-log.node.ts';
import { Jobs } from './jobs.ts';
import { KeyFile } from './key-file.node.ts';
import type { KeyStore } from './key-store.ts';
import { LiveCurves } from './live-curves.ts';
import { PathGrants, withGrants } from './path-grants.node.ts';
import { workspacePaths } from './paths.ts';
import { rememberingCalls, retryJob } from './retry.node.ts';
import { SettingsFile } from './settings-file.node.ts';
import { Sources } from './sources.node.ts';
import type { ShellPort } from './shell-port.ts';
import { type SpawnWorker, systemTimer, type Timer } from './job-supervisor.ts';

/** What a host may do: everything; look only (beside another host too); or only what needs no workspace. */
export type Access = 'write' | 'read' | 'none';

export interface HostOptions {
  workspace: string;
  access?: Access;
  spawn: SpawnWorker;
  clock: Clock;
  log: Log;
  timer?: Timer;
  /** Folder of the config files; the product's own by default. */
  configs?: string;
  /** What the shell around the interface offers; the command line has none. */
  shell?: ShellPort;
  /** Where the user's keys to sources are kept; a file of the user's config folder by default. */
  keys?: KeyStore;
  /** Other addresses than the sources' own, by source. */
  sourceAddresses?: Readonly<Record<string, string>>;
  /** Folders whose files the interface may name, beside the workspace's own. */
  allow?: readonly string[];
}

export interface Host {
  readonly handlers: Handlers;
  /** A client in this process, which may name any file. */
  connect(): Client;
  /** Serves an interface at the other end, which may name granted files only. */
  serve(transport: Transport): void;
  /** Writes into the workspace's network log that a request left this machine, as far as the workspace can be written. */
  noteRequest(request: RequestNote): Promise<void>;
  /** Ends every job, then closes the workspace. */
  close(): Promise<void>;
}

export type RequestNote = Omit<NetworkEntry, 'time'>;

const OWN_FOLDERS = ['datasets', 'panels', 'cache', 'runs', 'backtests', 'reports', 'downloads'];

export { PRODUCT_CONFIGS };

/** @throws input/not-a-folder, and what opening the workspace throws: state/* */
export async function createHost(options: HostOptions): Promise<Host> {
  const workspace = resolve(options.workspace);
  requireFolderPath(workspace);
  const grants = new PathGrants(workspace, options.allow);
  const probed: ProbedEngine = { last: null };
  const keys = options.keys ?? new KeyFile();
  const sources = new Sources({
    workspace,
    clock: options.clock,
    keys,
    addresses: options.sourceAddresses,
    log: options.log,
  });
  const stateless = {
    ...statelessHandlers(workspace, probed),
    ...shellHandlers(grants, options.shell),
    ...keyHandlers(keys, sources),
  };
  switch (await effectiveAccess(workspace, options)) {
    case 'none':
      return makeHost(complete(stateless), grants, options, async () => {});
    case 'read': {
      const store = await openWorkspaceReadOnly(workspace, options);
      const disk = new DiskUsage(store.folder, options.clock, () => {});
      const settings = new SettingsFile(store.folder, damagedSettings(options));
      const handlers = {
        ...stateless,
        ...readers(store, { disk, settings, probed }),
        ...sourceReaders(store, sources),
      };
      return makeHost(complete(handlers), grants, options, () => store.close());
    }
    case 'write':
      return await writingHost(workspace, grants, options, stateless, probed, sources);
  }
}

/**
 * Reading takes no lock, unless a crash left runs that look alive: then opening once for writing puts them right, if no other
 * host is there to object.
 */
async function effectiveAccess(workspace: string, { access = 'write', log, clock }: HostOptions): Promise<Access> {
  if (access !== 'read' || !existsSync(workspace) || workspaceOwner(workspace) === null) return access;
  try {
    await (await openWorkspace(workspace, { log, clock })).close();
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'state/workspace-in-use')) throw error;
  }
  return access;
}

async function writingHost(
  workspace: string,
  grants: PathGrants,
  options: HostOptions,
  stateless: ReturnType<typeof statelessHandlers> & ReturnType<typeof shellHandlers> & ReturnType<typeof keyHandlers>,
  probed: ProbedEngine,
  sources: Sources,
): Promise<Host> {
  const { clock, log, spawn, timer = systemTimer } = options;
  const changes = new ChangeFeed(timer);
  const store = await openWorkspace(workspace, { log, clock, onWrite: (table) => changes.tableWritten(table) });
  // Nobody else writes below these while the workspace's lock is held.
  for (const folder of OWN_FOLDERS) settleFolders(join(store.folder, folder));
  for (const folder of [...incomingDatasets(store.folder), ...incomingUploads(store.folder)])
    rmSync(folder, { recursive: true, force: true });
  const onBug = bugLogger(log);
  const logs = new JobLogs(store.folder);
  const writeLog = logs.write.bind(logs);
  const jobs = new Jobs({ workspace: store.folder, spawn, timer, clock, records: store.jobs, writeLog, onBug });
  const disk = new DiskUsage(store.folder, clock, () => changes.changed('disk'));
  const settings = new SettingsFile(store.folder, damagedSettings(options, store));
  const configs = options.configs ?? PRODUCT_CONFIGS;
  const [curves, gpu] = [new LiveCurves(), new GpuUsage()];
  const noteRequest: Host['noteRequest'] = async (request) => {
    const message = `${request.method} ${request.url}`;
    await store.events.add({ level: 'info', kind: NETWORK_EVENT, subjectId: null, message, data: { ...request } });
  };
  const own = { store, jobs, clock, log, configs, changes, curves, disk, gpu, probed, settings };
  const context: HostContext = { ...own, sources, noteRequest };
  const all: Handlers = {
    ...stateless,
    ...readers(store, { disk, settings, probed }),
    ...sourceWriters(context),
    ...datasetWriters(context),
    ...featureWriters(context),
    ...sentinelWriters(context),
    ...trainingHandlers(context),
    ...runWriters(context),
    ...checkpointWriters(context),
    ...backtestWriters(context),
    ...reportWriters(context),
    ...jobWriters(context),
    ...workspaceWriters(context),
    'jobs.retry': async ({ jobId }, signal) => ({ jobId: await retryJob(handlers, store.jobs, jobId, signal) }),
  };
  const handlers = rememberingCalls(all, store.jobs);
  const closeAll = async () => {
    await jobs.close();
    await store.close();
  };
  return makeHost(handlers, grants, options, closeAll, noteRequest);
}

/** What imports that ended before they were stored have left. */
function incomingDatasets(workspace: string): string[] {
  const pattern = workspacePaths.incomingDataset('');
  const parent = join(workspace, pattern, '..');
  if (!existsSync(parent)) return [];
  const prefix = pattern.slice(pattern.lastIndexOf('/') + 1);
  return readdirSync(parent)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(parent, name));
}

/** What uploads that a host's end cut off have left. */
function incomingUploads(workspace: string): string[] {
  const parent = join(workspace, workspacePaths.uploads);
  if (!existsSync(parent)) return [];
  const folders = readdirSync(parent).map((name) => join(parent, name));
  return folders.filter((folder) => existsSync(join(folder, workspacePaths.incomingUpload)));
}

/** Says that settings.json could not be read; in the workspace's history too, where it can be written. */
function damagedSettings({ log }: HostOptions, store?: Workspace): (problem: string) => void {
  return (problem) => {
    const message = `settings.json could not be read (${problem}); the defaults hold`;
    log('warn', message);
    const event = { level: 'warn', kind: 'settings.damaged', subjectId: null, message, data: {} } as const;
    store?.events.add(event).catch(bugLogger(log));
  };
}

const readers = (store: WorkspaceReader, surroundings: Surroundings) => ({
  ...workspaceReaders(store, surroundings),
  ...datasetReaders(store),
  ...barReaders(store),
  ...panelReaders(store),
  ...featureReaders(store),
  ...sentinelReaders(store),
  ...lineageReaders(store),
  ...runReaders(store),
  ...checkpointReaders(store),
  ...backtestReaders(store),
  ...reportReaders(store),
  ...jobReaders(store),
});

/** Calls that this access does not have refuse instead. */
function complete(available: Partial<Handlers>): Handlers {
  const names = [...Object.keys(api.calls), ...Object.keys(api.streams)];
  const refusing = names.map((call) => [
    call,
    () => {
      throw new AppError('state/read-only', { call });
    },
  ]);
  return { ...Object.fromEntries(refusing), ...available } as Handlers;
}

function bugLogger(log: Log): (error: unknown, where?: string) => void {
  return (error, where = 'the host') => {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log('error', `bug in ${where}: ${text}`);
  };
}

function makeHost(
  handlers: Handlers,
  grants: PathGrants,
  { log }: HostOptions,
  closeAll: () => Promise<void>,
  noteRequest: Host['noteRequest'] = async () => {},
): Host {
  const open = new Set<Transport>();
  const serveOn = (transport: Transport, reachable: Handlers) => {
    open.add(transport);
    transport.onClose(() => open.delete(transport));
    serve(api, reachable, transport, bugLogger(log));
  };
  const checked = withGrants(handlers, grants);
  return {
    handlers,
    noteRequest,
    serve: (transport) => serveOn(transport, checked),
    connect: () => {
      const [here, there] = memoryTransports();
      serveOn(there, handlers);
      return connect<Api>(here);
    },
    close: async () => {
      await closeAll();
      for (const transport of open) transport.close();
    },
  };
}
