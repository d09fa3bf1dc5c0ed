// Owns the calls that look into a panel: which panels there are, and the stock graph of one.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Handlers } from '../../contract/api.ts';
import { FEATURE_SETS } from '../../features/sets.ts';
import { PanelGraph } from '../../features/panel-graph.node.ts';
import { PANEL_MANIFEST } from '../../features/panel.node.ts';
import type { WorkspaceReader } from '../../store/workspace.node.ts';
import { isAnalysed } from '../../features/analysis-files.node.ts';
import { requireDataset, requirePanel } from '../lookup.node.ts';
import { readSentinel } from '../sentinel/file.node.ts';

const configuredSets = Object.values(FEATURE_SETS).map((set) => set.map(({ name }) => name));

export function panelReaders(store: WorkspaceReader) {
  const graphOf = async (reference: string) =>
    PanelGraph.open(join(store.folder, (await requirePanel(store, reference)).folder));
  return {
    'panels.list': async ({ dataset }) => {
      const datasetId = dataset === undefined ? undefined : (await requireDataset(store, dataset)).dataset.id;
      const saved = await store.featureSets.list();
      const panels = await store.panels.list(datasetId);
      return panels
        .filter(({ panel }) => existsSync(join(store.folder, panel.folder, PANEL_MANIFEST))) // others were cleared
        .map(({ names, featureSet, ...listed }) => ({
          ...listed,
          featureSet:
            saved.find((set) => sameNames(set.names, names))?.name ??
            (configuredSets.some((set) => sameNames(names, set)) ? featureSet : null),
          features: names.length,
          analysed: isAnalysed(join(store.folder, listed.panel.folder)),
          verdict: readSentinel(join(store.folder, listed.panel.folder))?.report.verdict ?? null,
        }));
    },
    'graph.timeline': async ({ panel }, signal) => {
      const graph = await graphOf(panel);
      try {
        const { k, lookback, threshold } = graph.manifest.graph;
        return { k, lookback, threshold, ...(await graph.timeline(signal)) };
      } finally {
        graph.close();
      }
    },
    'graph.snapshot': async ({ panel, day }) => {
      const graph = await graphOf(panel);
      try {
        return graph.snapshot(day);
      } finally {
        graph.close();
      }
    },
  } satisfies Partial<Handlers>;
}

function sameNames(a: readonly string[], b: readonly string[]): boolean {
  const set = new Set(a);
  return set.size === new Set(b).size && b.every((name) => set.has(name));
}
