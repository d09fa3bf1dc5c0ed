// Owns the calls that need no workspace: the feature catalogue and the doctor.
import { AppError, renderMessage } from '../../base/errors.ts';
import type { Handlers } from '../../contract/api.ts';
import type { Doctor } from '../../contract/views.ts';
import type { ColumnMap } from '../../data/columns.ts';
import { inspectDatabases, inspectFiles, inspectSectors, inspectSideTable } from '../../data/inspect.node.ts';
import { catalogueEntries } from '../catalogue-entries.ts';
import { type EngineProbe, probeEngines } from '../../runtime/engines.node.ts';
import { ACCELERATED } from '../../runtime/open-engine.node.ts';
import { openWorkspaceReadOnly } from '../../store/workspace.node.ts';
import { describeMachine } from '../machine.node.ts';

/** What engine=auto took when the doctor last looked; null before. */
export interface ProbedEngine {
  last: { engine: string; device: string | null } | null;
}

export function statelessHandlers(workspace: string, probed: ProbedEngine) {
  return {
    'features.list': () => catalogueEntries(),
    'datasets.inspect': async ({ files, columns, encoding, sourceTable }, signal) => {
      // The inspector checks the roles against those it knows.
      const database = { table: sourceTable };
      const found = await inspectFiles({ files, columns: columns as Partial<ColumnMap>, encoding, database, signal });
      return {
        files: [...found.files],
        previews: found.previews.map((preview) => ({
          ...preview,
          names: [...preview.names],
          columns: [...preview.columns],
          missing: [...preview.missing],
          dateFormats: [...preview.dateFormats],
          rows: preview.rows.map((row) => [...row]),
        })),
      };
    },
    'datasets.databases': async ({ files }, signal) => {
      const found = await inspectDatabases(files, signal);
      return found.map(({ path, kind, tables }) => ({
        path,
        kind,
        tables: tables.map(({ name, columns }) => ({ name, columns: [...columns] })),
      }));
    },
    'datasets.inspectTable': async ({ path, table }, signal) => {
      const found = await inspectSideTable(path, { table, signal });
      return {
        table: found.table,
        fits: [...found.fits],
        names: [...found.names],
        rows: found.rows.map((row) => [...row]),
      };
    },
    'datasets.inspectSectors': async ({ path, ...options }, signal) => {
      const { others, examples, ...found } = await inspectSectors(path, { ...options, signal });
      return { ...found, others: [...others], examples: [...examples] };
    },
    'doctor.run': async () => {
      const probes = await probeEngines();
      const engine = autoEngine(probes);
      probed.last = { engine, device: probes.find(({ name }) => name === engine)?.device ?? null };
      return {
        engines: probes.map(({ name, usable, reason, device = null }) => ({ engine: name, usable, reason, device })),
        chosen: engine,
        ...describeMachine(workspace),
        workspace: await describeWorkspace(workspace),
      };
    },
  } satisfies Partial<Handlers>;
}

/** What engine=auto takes: the first accelerated engine that beats the processor, else the processor. */
function autoEngine(probes: readonly EngineProbe[]): EngineProbe['name'] {
  const takes = (wanted: string) => probes.some(({ name, preferable }) => name === wanted && preferable);
  return ACCELERATED.find(takes) ?? 'onnx-cpu';
}

async function describeWorkspace(path: string): Promise<Doctor['workspace']> {
  try {
    const store = await openWorkspaceReadOnly(path);
    try {
      return { path, state: `schema ${store.schemaVersion}`, counts: await store.counts() };
    } finally {
      await store.close();
    }
  } catch (error) {
    // The doctor is asked when something is wrong: it tells, and goes on.
    if (error instanceof AppError) return { path, state: renderMessage(error.code, error.params), counts: {} };
    throw error;
  }
}
