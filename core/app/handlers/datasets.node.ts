// Owns the calls on datasets: importing, generating, listing.
import { join, resolve } from 'node:path';
import { newId } from '../../contract/id.ts';
import type { Handlers } from '../../contract/api.ts';
import type { ColumnMap } from '../../data/columns.ts';
import type { RepairName } from '../../data/repairs.ts';
import { writeSampleCsv } from '../../data/sample.node.ts';
import { syntheticMarket } from '../../data/synthetic.ts';
import type { Readers } from '../../store/workspace.node.ts';
import type { HostContext } from '../host-context.node.ts';
import { type ImportSpec, storeImport } from '../jobs/import.node.ts';
import { requireDataset } from '../lookup.node.ts';
import { workspacePaths } from '../paths.ts';

export function datasetReaders(store: Readers) {
  return {
    'datasets.list': async () => {
      const datasets = await store.datasets.list();
      const views = datasets.map(async (dataset) => ({ dataset, versions: await store.datasets.versions(dataset.id) }));
      return (await Promise.all(views)).filter(({ versions }) => versions.length > 0);
    },
    'datasets.get': async ({ dataset: name }) => {
      const { dataset, version } = await requireDataset(store, name);
      const versions = await store.datasets.versions(dataset.id);
      return { dataset, versions, findings: await store.datasets.findings(version.id) };
    },
  } satisfies Partial<Handlers>;
}

export function datasetWriters(context: HostContext) {
  const { store, jobs, clock } = context;
  return {
    'datasets.synthesise': ({ stocks, days, seed, signalStrength }) => {
      const market = syntheticMarket({ stocks, days, seed, signalStrength });
      return { name: market.name, ...writeSampleCsv(join(store.folder, workspacePaths.synthetic), market) };
    },
    'datasets.import': async ({ name, files, sectors, columns, repairs, ...options }) => {
      const incoming = join(store.folder, workspacePaths.incomingDataset(newId(clock)));
      const spec: ImportSpec = {
        task: 'import',
        request: {
          ...options,
          name,
          files: files.map((file) => resolve(file)),
          outFolder: incoming,
          sectorFile: sectors === undefined ? undefined : resolve(sectors),
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
  } satisfies Partial<Handlers>;
}
