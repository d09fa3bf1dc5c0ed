// Owns the calls on datasets: importing, generating, listing, renaming, deleting.
import { join, resolve } from 'node:path';
import { toEpochDay } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import { type Dataset, type DatasetVersion, LIVE_STATUSES } from '../../contract/entities.ts';
import { newId } from '../../contract/id.ts';
import type { Handlers } from '../../contract/api.ts';
import { AS_READ_FILE } from '../../data/as-read.node.ts';
import type { ColumnMap } from '../../data/columns.ts';
import { readManifest } from '../../data/load.node.ts';
import { findingsOf } from '../../data/repair-offers.ts';
import { REPAIR_NAMES, type RepairName } from '../../data/repairs.ts';
import { requireTableName } from '../../data/side-table-import.node.ts';
import { writeSampleCsv } from '../../data/sample.node.ts';
import { syntheticMarket } from '../../data/synthetic.ts';
import type { Readers, WorkspaceReader } from '../../store/workspace.node.ts';
import type { HostContext } from '../host-context.node.ts';
import { type ImportSpec, storeImport } from '../jobs/import.node.ts';
import { findingView } from '../finding-view.ts';
import { qualityView } from '../quality-view.ts';
import { appendTarget, newestFolder, present, requireDataset } from '../lookup.node.ts';
import { workspacePaths } from '../paths.ts';

export function datasetReaders(store: WorkspaceReader) {
  return {
    'datasets.list': async () => {
      const datasets = await store.datasets.list();
      const views = datasets.map(async (dataset) => ({ dataset, versions: await store.datasets.versions(dataset.id) }));
      return (await Promise.all(views)).filter(({ versions }) => versions.length > 0);
    },
    'datasets.get': async (input) => {
      const { dataset, versions, version } = await requireVersion(store, input);
      return { dataset, versions, findings: (await store.datasets.findings(version.id)).map(findingView) };
    },
    'datasets.tables': async (input) => {
      const { version } = await requireVersion(store, input);
      const { tables = [] } = readManifest(join(store.folder, version.folder));
      return tables.map(({ name, rows, firstPeriod, lastPeriod, columns }) => ({
        name,
        rows,
        firstPeriod,
        lastPeriod,
        columns: [...columns],
      }));
    },
    'datasets.quality': async (input) => {
      const { dataset, version } = await requireVersion(store, input);
      const findings = (await store.datasets.findings(version.id)).map(findingView);
      const folder = join(store.folder, version.folder);
      const about = { dataset: dataset.name, version: version.version, asReadFile: join(folder, AS_READ_FILE) };
      return qualityView(about, readManifest(folder), findings);
    },
    'datasets.repairs': () => REPAIR_NAMES.map((name) => ({ name, answers: findingsOf(name) })),
  } satisfies Partial<Handlers>;
}

/** The newest version, or the one asked for. @throws state/not-found listing the versions there are */
async function requireVersion(
  store: Readers,
  { dataset: name, version: number }: { dataset: string; version?: number },
): Promise<{ dataset: Dataset; versions: DatasetVersion[]; version: DatasetVersion }> {
  const { dataset, version: newest } = await requireDataset(store, name);
  const versions = await store.datasets.versions(dataset.id);
  const version = number === undefined ? newest : versions.find(({ version }) => version === number);
  if (version) return { dataset, versions, version };
  const known = versions.map(({ version }) => version).join(', ');
  throw new AppError('state/not-found', { what: 'version', name: `${dataset.name} ${number}`, known });
}

export function datasetWriters(context: HostContext) {
  const { store, jobs, clock } = context;
  return {
    'datasets.synthesise': ({ stocks, days, seed, signalStrength }) => {
      const market = syntheticMarket({ stocks, days, seed, signalStrength });
      return { name: market.name, ...writeSampleCsv(join(store.folder, workspacePaths.synthetic), market) };
    },
    'datasets.import': async ({
      name: asked,
      files,
      sectors,
      tables,
      columns,
      repairs,
      sourceTable,
      codeChanges,
      append,
      ...options
    }) => {
      const target = append && (await appendTarget(store, asked));
      const name = target?.name ?? asked;
      const incoming = join(store.folder, workspacePaths.incomingDataset(newId(clock)));
      const spec: ImportSpec = {
        task: 'import',
        request: {
          ...options,
          name,
          files: files.map((file) => resolve(file)),
          outFolder: incoming,
          sectorFile: sectors === undefined ? undefined : resolve(sectors),
          database: { table: sourceTable },
          tables: tables.map(({ name, path }) => ({ name: requireTableName(name), path: resolve(path) })),
          codeChanges: codeChanges.map(({ from, to, day }) => ({ from, to, day: toEpochDay(day) })),
          previous: await newestFolder(store, name),
          append: append && target && { mode: append, version: target.version },
          // The importer checks both against what it knows, with messages of its own.
          columns: columns as Partial<ColumnMap>,
          repairs: repairs as RepairName[],
        },
      };
      const jobId = await jobs.start({
        kind: 'import',
        worker: 'pipeline',
        spec,
        finish: async ({ outcome }) =>
          outcome === 'finished' ? await storeImport(context, name, incoming) : undefined,
      });
      return { jobId };
    },
    'datasets.update': async ({ dataset: reference, name, notes }) => {
      const { dataset } = await requireDataset(store, reference);
      await store.datasets.update(dataset.id, { name, notes });
      return present(await store.datasets.get(dataset.id), 'dataset', dataset.id);
    },
    'datasets.delete': async ({ dataset: reference }) => {
      const { dataset } = await requireDataset(store, reference);
      const active = await store.runs.list({ datasetId: dataset.id, status: [...LIVE_STATUSES, 'queued'] });
      const run = active.find(({ id }) => jobs.findByRun(id));
      if (run) throw new AppError('state/run-active', { run: run.name });
      await store.transaction(async ({ datasets, events }) => {
        await datasets.trash(dataset.id);
        const message = `deleted dataset ${dataset.name}`;
        await events.add({ level: 'info', kind: 'dataset.deleted', subjectId: dataset.id, message, data: {} });
      });
      return null;
    },
  } satisfies Partial<Handlers>;
}
