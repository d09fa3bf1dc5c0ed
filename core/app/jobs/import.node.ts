// Owns the job that imports files: the worker's part, and what the host stores of it.
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../../base/errors.ts';
import { newId } from '../../contract/id.ts';
import type { Progress, WorkerContext } from '../../contract/worker.ts';
import type { DatasetVersion } from '../../contract/entities.ts';
import type { JobResult } from '../../contract/views.ts';
import { type ImportRequest, importBars } from '../../data/import.node.ts';
import { readManifest } from '../../data/load.node.ts';
import { FINDINGS } from '../../data/findings.ts';
import { type DatasetManifest, type Finding, MAX_EXAMPLES } from '../../data/manifest.ts';
import type { NewDatasetVersion, NewFinding } from '../../store/datasets.ts';
import type { HostContext } from '../host-context.node.ts';
import { findingView } from '../finding-view.ts';
import { workspacePaths } from '../paths.ts';

/** Names of generated markets, and of their files, start so: whatever is made of them says so too. */
const SYNTHETIC_PREFIX = 'synthetic-';

export interface ImportSpec {
  task: 'import';
  request: Omit<ImportRequest, 'onProgress' | 'signal'>;
}

/** A statement of DuckDB tells nothing while it runs; the stage that it belongs to is told again this often. */
const PULSE_MS = 1_000;

export async function importBody({ request }: ImportSpec, context: WorkerContext): Promise<null> {
  let last: Progress | undefined;
  const pulse = setInterval(() => last && context.progress(last), PULSE_MS);
  try {
    await importBars({
      ...request,
      onProgress: ({ stage, ...rest }) => {
        last = { stage: `import: ${stage}`, ...rest };
        context.progress(last);
      },
      signal: context.signal,
    });
  } finally {
    clearInterval(pulse);
  }
  return null; // the folder says it all
}

/** By workspace: ends with the import stored before. Two at once would take the same version's folder. */
const turns = new WeakMap<object, Promise<unknown>>();

/**
 * Makes what was imported the dataset's next version. Files that hold what the newest version holds, held against the same calendar, make
 * none: the newest is the result.
 * @param incoming absolute folder that the worker filled
 */
export function storeImport(
  context: Pick<HostContext, 'store' | 'clock'>,
  name: string,
  incoming: string,
): Promise<JobResult<'import'>> {
  const before = turns.get(context.store) ?? Promise.resolve();
  const stored = before.then(() => storeNext(context, name, incoming));
  const over = stored.catch(() => {}); // told to whoever asked
  turns.set(context.store, over);
  return stored;
}

async function storeNext(
  { store, clock }: Pick<HostContext, 'store' | 'clock'>,
  name: string,
  incoming: string,
): Promise<JobResult<'import'>> {
  const manifest = readManifest(incoming);
  const { appended } = manifest;
  if (appended) {
    // Asked of the dataset as it stands: one made anew would take the name of one in the trash.
    const held = await store.datasets.byName(name);
    const newest = held && (await store.datasets.latestVersion(held.id));
    if (newest?.contentHash !== appended.contentHash) {
      rmSync(incoming, { recursive: true });
      throw new AppError('state/append-overtaken', { name, version: appended.version });
    }
  }
  const dataset = await store.datasets.ensure(name);
  const latest = await store.datasets.latestVersion(dataset.id);
  if (latest?.contentHash === manifest.contentHash && sameCalendar(store.folder, manifest, latest)) {
    rmSync(incoming, { recursive: true });
    return { dataset: name, version: latest, findings: (await store.datasets.findings(latest.id)).map(findingView) };
  }
  const findings = [
    ...manifest.findings,
    ...sectorsLeftOut(store.folder, manifest, latest),
    ...tablesLeftOut(store.folder, manifest, latest),
  ];
  const id = newId(clock);
  const plain = workspacePaths.datasetVersion(name, (latest?.version ?? 0) + 1);
  // A dataset that bore the name before, renamed or in the trash, keeps its folders.
  const folder = (await store.datasets.versionIn(plain)) ? `${plain}-${id.slice(-6).toLowerCase()}` : plain;
  const target = join(store.folder, folder);
  rmSync(target, { recursive: true, force: true }); // of a host that ended between renaming and storing
  mkdirSync(dirname(target), { recursive: true });
  renameSync(incoming, target);
  const version = await store.datasets.addVersion(dataset.id, describe(manifest, folder), findings.map(storable), id);
  const message = `imported ${name} version ${version.version}: ${version.rows} bars of ${version.stocks} stocks`;
  await store.events.add({ level: 'info', kind: 'dataset.imported', subjectId: dataset.id, message, data: {} });
  return { dataset: name, version, findings: (await store.datasets.findings(version.id)).map(findingView) };
}

/** A calendar that is named says what is missing, and when figures of a day were known: it is heard, though the files are the same. */
function sameCalendar(workspace: string, { calendar }: DatasetManifest, latest: DatasetVersion): boolean {
  return calendar?.name === readManifest(join(workspace, latest.folder)).calendar?.name;
}

/** Bars come anew every day, a file of sectors is easily left out: half the features and the graph's edges would change unseen. */
function sectorsLeftOut(workspace: string, manifest: DatasetManifest, latest: DatasetVersion | null): Finding[] {
  if (latest === null || manifest.sectorSource !== null) return [];
  const known = readManifest(join(workspace, latest.folder)).codes.filter(({ sector }) => sector !== null);
  if (known.length === 0) return [];
  const { severity, repair } = FINDINGS['sectors-left-out'];
  const examples = known
    .slice(0, MAX_EXAMPLES)
    .map(({ code, sector }) => ({ file: '', row: null, code, day: null, values: { sector } }));
  return [{ code: 'sectors-left-out', severity, count: known.length, examples, repair }];
}

/** The same for what stands beside the bars; corporate actions are found in the bars themselves. */
function tablesLeftOut(workspace: string, manifest: DatasetManifest, latest: DatasetVersion | null): Finding[] {
  if (latest === null) return [];
  const held = new Set((manifest.tables ?? []).map(({ name }) => name)).add('corporate-actions');
  const gone = (readManifest(join(workspace, latest.folder)).tables ?? []).filter(({ name }) => !held.has(name));
  if (gone.length === 0) return [];
  const { severity, repair } = FINDINGS['tables-left-out'];
  const examples = gone
    .slice(0, MAX_EXAMPLES)
    .map(({ name, rows }) => ({ file: '', row: null, code: null, day: null, values: { table: name, rows } }));
  return [{ code: 'tables-left-out', severity, count: gone.length, examples, repair }];
}

function describe(manifest: DatasetManifest, folder: string): NewDatasetVersion {
  const [first] = manifest.sources;
  const chosen = first.columns.flatMap(({ role, column }) => (column === null ? [] : [[role, column] as const]));
  const names = [manifest.name, ...manifest.sources.map(({ path }) => basename(path))];
  return {
    folder,
    contentHash: manifest.contentHash,
    rows: manifest.rows,
    stocks: manifest.codes.length,
    days: manifest.days,
    firstDay: manifest.firstDay,
    lastDay: manifest.lastDay,
    synthetic: names.some((name) => name.startsWith(SYNTHETIC_PREFIX)),
    sources: manifest.sources.map(({ path, bytes, sha256 }) => ({ path, bytes, hash: sha256 })),
    columns: Object.fromEntries(chosen),
    repairs: manifest.repairs.map(({ name, rows }) => ({ rule: name, rows })),
  };
}

const storable = ({ code, severity, count, examples, repaired = [] }: Finding): NewFinding => ({
  kind: code,
  severity,
  count,
  examples: examples.map(({ file, row, code: stock, day, values }) => ({ file, row, code: stock, day, ...values })),
  repair: repaired.length === 0 ? null : repaired.map(({ name, rows }) => `${name}: ${rows}`).join(', '),
});
