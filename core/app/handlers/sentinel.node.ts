// Owns the calls on leakage reports of panels.
import { join } from 'node:path';
import { loadConfig } from '../../config/load.node.ts';
import type { Handlers } from '../../contract/api.ts';
import type { WorkspaceReader } from '../../store/workspace.node.ts';
import type { HostContext } from '../host-context.node.ts';
import type { ExamineResult, ExamineSpec } from '../jobs/examine.node.ts';
import { present, requirePanel } from '../lookup.node.ts';
import { readSentinel } from '../sentinel/file.node.ts';

export function sentinelReaders(store: WorkspaceReader) {
  return {
    'panels.sentinel': async ({ panel }) => {
      const { folder } = await requirePanel(store, panel);
      return readSentinel(join(store.folder, folder))?.report ?? null;
    },
  } satisfies Partial<Handlers>;
}

export function sentinelWriters({ store, jobs, configs, changes }: HostContext) {
  return {
    'panels.examine': async ({ panel: reference }) => {
      const panel = await requirePanel(store, reference);
      const version = present(
        await store.datasets.version(panel.datasetVersionId),
        'dataset version',
        panel.datasetVersionId,
      );
      const folder = join(store.folder, panel.folder);
      const spec: ExamineSpec = {
        task: 'examine',
        dataset: join(store.folder, version.folder),
        panel: folder,
        // As it was examined before; one that never was is held against the split that the product ships with.
        basis: readSentinel(folder)?.basis ?? { config: loadConfig(configs, []).config },
      };
      const jobId = await jobs.startOnce({
        kind: 'examine',
        worker: 'pipeline',
        spec,
        finish: async ({ outcome, result }) => {
          if (outcome !== 'finished') return undefined;
          changes.changed('panels'); // no row of theirs says that they were examined
          // A worker of this build returned it.
          return { panelId: panel.id, ...(result as ExamineResult) };
        },
      });
      return { jobId };
    },
  } satisfies Partial<Handlers>;
}
