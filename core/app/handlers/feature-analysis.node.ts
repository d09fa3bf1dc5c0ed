// Owns the calls that show features: sets saved by name, and what measuring a panel's columns found.
import { join } from 'node:path';
import { fromEpochDay } from '../../base/clock.ts';
import { AppError } from '../../base/errors.ts';
import type { Handlers } from '../../contract/api.ts';
import type { Panel } from '../../contract/entities.ts';
import { alikeOrder } from '../../features/analysis/correlation.ts';
import {
  type AnalysisSummary,
  readAnalysis,
  readCorrelation,
  readProfile,
} from '../../features/analysis-files.node.ts';
import { catalogue } from '../../features/catalogue.ts';
import { unsupportedFeatures } from '../../features/sets.ts';
import { PanelReader } from '../../features/panel.node.ts';
import type { WorkspaceReader } from '../../store/workspace.node.ts';
import { heldInputs } from '../held-inputs.node.ts';
import { requireDataset, requirePanel } from '../lookup.node.ts';

const families = new Map(catalogue.map(({ name, family }) => [name, family]));

export function featureReaders(store: WorkspaceReader) {
  const folderOf = (panel: Panel): string => join(store.folder, panel.folder);
  const analysed = async (reference: string): Promise<{ folder: string; summary: AnalysisSummary }> => {
    const panel = await requirePanel(store, reference);
    const summary = readAnalysis(folderOf(panel));
    if (!summary) throw new AppError('state/not-analysed', { panel: panel.id });
    return { folder: folderOf(panel), summary };
  };
  return {
    'features.unsupported': async ({ dataset }) => {
      const { version } = await requireDataset(store, dataset);
      const lacking = unsupportedFeatures(heldInputs(store.folder, version).inputs);
      return lacking.map(({ name, lacks }) => ({ name, lacks: [...lacks] }));
    },
    'features.sets': () => store.featureSets.list(),
    'features.analysis': async ({ panel }) => {
      const folder = folderOf(await requirePanel(store, panel));
      const summary = readAnalysis(folder);
      if (!summary) return null;
      const { days, rankedDays, horizons, features } = summary;
      return {
        days,
        rankIcThrough: daysOf(folder)[rankedDays - 1],
        horizons: [...horizons],
        features: features.map(({ rankIc, ...feature }) => ({
          ...feature,
          family: families.get(feature.name) ?? '',
          rankIc: [...rankIc],
        })),
      };
    },
    'features.profile': async ({ panel, feature }) => {
      const { folder, summary } = await analysed(panel);
      const [place] = places(folder, summary, [feature]);
      const { rankIc, ...profile } = readProfile(folder, summary, place);
      const days = daysOf(folder);
      return {
        name: feature,
        years: [...summary.years],
        ...profile,
        days,
        rankIcThrough: days[summary.rankedDays - 1],
        rankIc: summary.horizons.map((horizon, h) => ({
          horizon,
          daily: rankIc.slice(h * summary.days, (h + 1) * summary.days),
          mean: summary.features[place].rankIc[h],
        })),
      };
    },
    'features.correlation': async ({ panel, features: names }) => {
      const { folder, summary } = await analysed(panel);
      const distinct = [...new Set(names)];
      const chosen = places(folder, summary, distinct);
      const order = alikeOrder(readCorrelation(folder, summary, chosen), chosen.length);
      const matrix = readCorrelation(
        folder,
        summary,
        order.map((i) => chosen[i]),
      );
      return { features: order.map((i) => distinct[i]), matrix, days: summary.correlationDays };
    },
  } satisfies Partial<Handlers>;
}

/** @throws data/panel-lacks-features naming all that the panel does not hold */
function places(folder: string, { features }: AnalysisSummary, names: readonly string[]): number[] {
  const known = features.map(({ name }) => name);
  const missing = names.filter((name) => !known.includes(name));
  if (missing.length > 0)
    throw new AppError('data/panel-lacks-features', { folder, count: missing.length, names: missing.join(', ') });
  return names.map((name) => known.indexOf(name));
}

function daysOf(folder: string): string[] {
  const reader = PanelReader.open(folder);
  try {
    return Array.from(reader.days, fromEpochDay);
  } finally {
    reader.close();
  }
}
